package dev.headwater.idp.pretrain;

import dev.headwater.idp.bundle.Precision;
import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.encoder.SasRec;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.idp.train.TrainConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Settings of pre-training.
 *
 * @param encoderKind which sequence encoder
 * @param encoder its size
 * @param train settings of training
 * @param validationUsers at most this many users of a source are asked after an epoch
 * @param precision of stored vectors
 * @param resume whether to go on from a checkpoint that an earlier run left
 * @param textEncoder encodes the items' words; not closed
 * @param swap how rows are swapped for means of their text neighbours', in all sources together;
 *     null swaps none
 * @param start what rows are before the first step
 * @param itemBias whether a dimension of the embeddings is given to item biases
 * @param textCache where text vectors are kept; null keeps nothing
 */
public record PretrainConfig(
    String encoderKind,
    EncoderConfig encoder,
    TrainConfig train,
    int validationUsers,
    Precision precision,
    boolean resume,
    TextEncoder textEncoder,
    @Nullable Swap swap,
    Start start,
    boolean itemBias,
    @Nullable Path textCache) {
  /** What rows are before the first step. */
  public enum Start {
    /** Small and random: what a row says, its clicks have said. */
    RANDOM,
    /**
     * The main directions of the items' texts, whitened, within a domain. Rows keep following their
     * texts, and the bundle says how ({@link dev.headwater.idp.cdim.TextSlope}).
     */
    TEXTS
  }

  /**
   * Row swap: the encoder learns to read generated rows, and rows of like texts draw near to each
   * other across the sources.
   *
   * @param probability of a row to be replaced in a step
   * @param neighbours how many make the mean
   * @param temperature of their softmax
   */
  public record Swap(float probability, int neighbours, float temperature) {
    /** The settings that measured best. */
    public static final Swap DEFAULTS = new Swap(0.2f, 20, 0.05f);
  }

  /** Good enough to start with, minutes on two small sources. */
  public static PretrainConfig defaults(TextEncoder textEncoder) {
    return new PretrainConfig(
        SasRec.KIND,
        EncoderConfig.defaults(),
        TrainConfig.pretraining(42),
        2_000,
        Precision.FP16,
        false,
        textEncoder,
        Swap.DEFAULTS,
        Start.RANDOM,
        true,
        null);
  }

  /**
   * As the paper writes it, where it says how: {@link TrainConfig.Builder#paper}, no row swap, no
   * item bias. docs/fidelity.md has what it leaves open.
   */
  public PretrainConfig paper() {
    return toBuilder().train(train.toBuilder().paper().build()).swap(null).itemBias(false).build();
  }

  /** Settings to change. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Changes settings by name. For one thread. */
  public static final class Builder {
    private String encoderKind;
    private final EncoderConfig encoder;
    private TrainConfig train;
    private final int validationUsers;
    private final Precision precision;
    private boolean resume;
    private final TextEncoder textEncoder;
    private @Nullable Swap swap;
    private Start start;
    private boolean itemBias;
    private @Nullable Path textCache;

    private Builder(PretrainConfig from) {
      encoderKind = from.encoderKind;
      encoder = from.encoder;
      train = from.train;
      validationUsers = from.validationUsers;
      precision = from.precision;
      resume = from.resume;
      textEncoder = from.textEncoder;
      swap = from.swap;
      start = from.start;
      itemBias = from.itemBias;
      textCache = from.textCache;
    }

    /** Another encoder. */
    public Builder encoderKind(String value) {
      encoderKind = value;
      return this;
    }

    /** Other settings of training. */
    public Builder train(TrainConfig value) {
      train = value;
      return this;
    }

    /** Whether to go on from a checkpoint. */
    public Builder resume(boolean value) {
      resume = value;
      return this;
    }

    /** Another row swap; null for none. */
    public Builder swap(@Nullable Swap value) {
      swap = value;
      return this;
    }

    /** Other rows before the first step. */
    public Builder start(Start value) {
      start = value;
      return this;
    }

    /** Whether a dimension is given to item biases. */
    public Builder itemBias(boolean value) {
      itemBias = value;
      return this;
    }

    /** Where text vectors are kept. */
    public Builder textCache(@Nullable Path value) {
      textCache = value;
      return this;
    }

    /** The settings as they are now. */
    public PretrainConfig build() {
      return new PretrainConfig(
          encoderKind,
          encoder,
          train,
          validationUsers,
          precision,
          resume,
          textEncoder,
          swap,
          start,
          itemBias,
          textCache);
    }
  }
}
