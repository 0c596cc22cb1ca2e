package dev.headwater.idp.encoder;

import java.util.Set;

class SasRecTest extends AbstractSequenceEncoderTest {
  @Override
  String kind() {
    return SasRec.KIND;
  }

  @Override
  boolean isCausal() {
    return true;
  }

  /** The last norm is there for blocks that have theirs in front. */
  @Override
  Set<String> idleWeights() {
    return Set.of("final.gain", "final.bias");
  }
}
