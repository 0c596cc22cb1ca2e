package dev.headwater.idp.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.tensor.ComputeDevice;
import dev.headwater.idp.tensor.Torch;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class UniSRecTest extends AbstractSequenceEncoderTest {
  @Override
  String kind() {
    return UniSRec.KIND;
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
    return new UniSRec(size, weights, type, device);
  }

  @Test
  void outputsHaveUnitLengthHoweverLongTheItemsAre() {
    try (UniSRec encoder =
            new UniSRec(new EncoderConfig(16, 8, 2, 2, false), new SplittableRandom(1));
        NDManager manager = Torch.newManager()) {
      float[] values = new float[3 * 16];
      SplittableRandom random = new SplittableRandom(3);
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (random.nextGaussian() * 40);
      }
      NDArray items = manager.create(values, new Shape(1, 3, 16));
      NDArray users = encoder.users(SequenceBatch.of(items, new int[] {3}));
      assertThat(users.norm().getFloat()).isCloseTo(1, within(1e-5f));
    }
  }
}
