package dev.headwater.idp.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.tensor.ComputeDevice;
import dev.headwater.idp.tensor.Torch;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class PeterRecTest extends AbstractSequenceEncoderTest {
  private static final EncoderConfig SIZE = new EncoderConfig(16, 8, 2, 2, false);

  @Override
  String kind() {
    return PeterRec.KIND;
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
    return new PeterRec(size, weights, type, device);
  }

  /** Of norms before the sub-layers alone. */
  @Override
  Set<String> idleWeights() {
    return Set.of("final.gain", "final.bias");
  }

  @Test
  void onlyPatchesAndNormsLearn() {
    try (PeterRec encoder = new PeterRec(SIZE, new SplittableRandom(1))) {
      assertThat(encoder.parameters().all().stream().filter(p -> !p.isFixed()))
          .allMatch(p -> p.name().matches("block[01]\\.(patch|norm)[12]\\..*|final\\..*"))
          .hasSize(2 * (2 * 4 + 2 * 2) + 2);
    }
  }

  @Test
  void aGraftedEncoderBeginsNearThePreTrainedOne() {
    try (SasRec pretrained = new SasRec(SIZE, new SplittableRandom(2));
        PeterRec encoder = new PeterRec(SIZE, new SplittableRandom(1));
        NDManager manager = Torch.newManager()) {
      float[] values = new float[4 * 16];
      SplittableRandom random = new SplittableRandom(3);
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      SequenceBatch batch =
          SequenceBatch.of(manager.create(values, new Shape(1, 4, 16)), new int[] {4});
      encoder.graft(pretrained);
      assertThat(encoder.users(batch).toFloatArray())
          .containsExactly(pretrained.users(batch).toFloatArray(), within(0.5f));
    }
  }

  @Test
  void refusesAnEncoderThatItsPatchesDoNotFit() {
    try (Gru4Rec gru = new Gru4Rec(SIZE, new SplittableRandom(2));
        PeterRec encoder = new PeterRec(SIZE, new SplittableRandom(1))) {
      assertThatThrownBy(() -> encoder.graft(gru)).hasMessageContaining("gru4rec");
    }
  }
}
