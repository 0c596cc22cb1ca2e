package dev.headwater.idp.encoder;

class Gru4RecTest extends AbstractSequenceEncoderTest {
  @Override
  String kind() {
    return Gru4Rec.KIND;
  }

  @Override
  boolean isCausal() {
    return true;
  }
}
