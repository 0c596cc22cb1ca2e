package dev.headwater.idp.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.tensor.ComputeDevice;
import dev.headwater.idp.tensor.Torch;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class FdsaTest extends AbstractSequenceEncoderTest {
  private static final EncoderConfig SIZE = new EncoderConfig(16, 8, 2, 2, false);

  @Override
  String kind() {
    return Fdsa.KIND;
  }

  @Override
  boolean isCausal() {
    return true;
  }

  @Override
  boolean isChosenByName() {
    return false;
  }

  @Override
  SequenceEncoder create(
      EncoderConfig size, RandomGenerator weights, DataType type, ComputeDevice device) {
    // The first draw has a ReLU turn right where the slope is measured.
    return new Fdsa(size, new SplittableRandom(weights.nextLong()), type, device);
  }

  /** Of norms before the sub-layers alone. */
  @Override
  Set<String> idleWeights() {
    return Set.of("ids.final.gain", "ids.final.bias", "features.final.gain", "features.final.bias");
  }

  @Test
  void featuresAreReadAndNotScored() {
    try (Fdsa encoder = new Fdsa(SIZE, new SplittableRandom(1));
        NDManager manager = Torch.newManager()) {
      float[] values = new float[16];
      Arrays.fill(values, 0.3f);
      float[] before = users(encoder, manager, values);
      Arrays.fill(values, 8, 12, 2);
      float[] after = users(encoder, manager, values);
      assertThat(after).isNotEqualTo(before);
      assertThat(Arrays.copyOfRange(after, 8, 16)).containsOnly(0);
    }
  }

  /** As what SASRec says is: rows of either are scored by vectors of one length. */
  @Test
  void whatIsScoredIsNormed() {
    try (Fdsa encoder = new Fdsa(SIZE, new SplittableRandom(1));
        NDManager manager = Torch.newManager()) {
      for (float size : new float[] {0.01f, 1, 100}) {
        float[] values = new float[16];
        for (int i = 0; i < values.length; i++) {
          values[i] = size * (i % 5 - 2);
        }
        float[] user = users(encoder, manager, values);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < 8; i++) {
          sum += user[i];
          squares += user[i] * user[i];
        }
        assertThat(sum / 8).isCloseTo(0, offset(1e-4));
        assertThat(squares / 8).as("values of " + size).isCloseTo(1, offset(1e-2));
      }
    }
  }

  private static float[] users(Fdsa encoder, NDManager manager, float[] values) {
    NDArray items = manager.create(values, new Shape(1, 1, 16));
    return encoder.users(SequenceBatch.of(items, new int[] {1})).toFloatArray();
  }
}
