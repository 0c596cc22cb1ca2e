package dev.headwater.idp.encoder;

import ai.djl.ndarray.types.DataType;
import dev.headwater.idp.tensor.ComputeDevice;
import java.util.List;
import java.util.random.RandomGenerator;

/** Makes encoders by name. A new architecture is added here. */
public final class SequenceEncoders {
  private static final List<String> KINDS = List.of(SasRec.KIND, Bert4Rec.KIND, Gru4Rec.KIND);

  private SequenceEncoders() {}

  /**
   * Checks a kind before anything costly is begun.
   *
   * @throws IllegalArgumentException for a kind that does not exist
   */
  public static void requireKind(String kind) {
    if (!KINDS.contains(kind)) {
      throw new IllegalArgumentException("no encoder is called " + kind + "; there are " + KINDS);
    }
  }

  /**
   * Makes an encoder with random weights.
   *
   * @param kind as {@link SequenceEncoder#kind()} says
   * @throws IllegalArgumentException for a kind that does not exist
   */
  public static SequenceEncoder create(String kind, EncoderConfig config, RandomGenerator random) {
    return create(kind, config, random, DataType.FLOAT32, ComputeDevice.CPU);
  }

  /**
   * The same with weights of a type, on a device: {@code FLOAT16} halves the memory; it and any
   * device but the processor are for encoding only.
   *
   * @throws IllegalArgumentException for a kind that does not exist
   */
  public static SequenceEncoder create(
      String kind,
      EncoderConfig config,
      RandomGenerator random,
      DataType type,
      ComputeDevice device) {
    return switch (kind) {
      case SasRec.KIND -> new SasRec(config, random, type, device);
      case Bert4Rec.KIND -> new Bert4Rec(config, random, type, device);
      case Gru4Rec.KIND -> new Gru4Rec(config, random, type, device);
      default -> throw new IllegalArgumentException("no encoder is called " + kind);
    };
  }
}
