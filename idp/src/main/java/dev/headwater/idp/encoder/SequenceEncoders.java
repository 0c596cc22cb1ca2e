package dev.headwater.idp.encoder;

import java.util.random.RandomGenerator;

/** Makes encoders by name. A new architecture is added here. */
public final class SequenceEncoders {
  private SequenceEncoders() {}

  /**
   * Makes an encoder with random weights.
   *
   * @param kind as {@link SequenceEncoder#kind()} says
   * @throws IllegalArgumentException for a kind that does not exist
   */
  public static SequenceEncoder create(String kind, EncoderConfig config, RandomGenerator random) {
    return switch (kind) {
      case SasRec.KIND -> new SasRec(config, random);
      case Bert4Rec.KIND -> new Bert4Rec(config, random);
      case Gru4Rec.KIND -> new Gru4Rec(config, random);
      default -> throw new IllegalArgumentException("no encoder is called " + kind);
    };
  }
}
