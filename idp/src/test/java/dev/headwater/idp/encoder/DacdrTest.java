package dev.headwater.idp.encoder;

import ai.djl.ndarray.types.DataType;
import dev.headwater.idp.tensor.ComputeDevice;
import java.util.Set;
import java.util.random.RandomGenerator;

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
}
