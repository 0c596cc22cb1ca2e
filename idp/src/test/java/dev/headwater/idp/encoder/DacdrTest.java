package dev.headwater.idp.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.tensor.ComputeDevice;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class DacdrTest extends AbstractSequenceEncoderTest {
  @Override
  String kind() {
    return Dacdr.KIND;
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
    return new Dacdr(size, weights, type, device);
  }

  /** Of norms before the sub-layers alone. */
  @Override
  Set<String> idleWeights() {
    return Set.of("whole.final.gain", "whole.final.bias");
  }

  @Test
  void looksAtItemsOfTheOtherDomainLessThanAtAnyOfItsOwnAndMoreThanAtThoseToCome() {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      NDArray rows = manager.create(new float[] {1, 2, 0, 0, 0, 3}, new Shape(1, 3, 2));
      NDArray causal = SasRec.causalMask(manager, 3, DataType.FLOAT32);
      float[] mask = Dacdr.Items.of(rows, causal, DataType.FLOAT32).mask().toFloatArray();
      float never = SequenceBatch.never(DataType.FLOAT32);
      assertThat(mask)
          .containsExactly(
              0,
              1.5f * never,
              never, //
              0,
              never / 2,
              never, //
              0,
              never / 2,
              0);
    }
  }
}
