package dev.headwater.idp.encoder;

class SasRecPreNormTest extends AbstractSequenceEncoderTest {
  @Override
  String kind() {
    return SasRec.KIND;
  }

  @Override
  boolean preNorm() {
    return true;
  }

  @Override
  boolean isCausal() {
    return true;
  }
}
