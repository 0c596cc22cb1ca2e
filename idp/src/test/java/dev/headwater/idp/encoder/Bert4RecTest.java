package dev.headwater.idp.encoder;

class Bert4RecTest extends AbstractSequenceEncoderTest {
  @Override
  String kind() {
    return Bert4Rec.KIND;
  }

  @Override
  boolean isCausal() {
    return false;
  }
}
