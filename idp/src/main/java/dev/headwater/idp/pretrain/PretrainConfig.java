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
    return withTrain(train.toBuilder().paper().build()).withSwap(null).withItemBias(false);
  }

  /** The same with other settings of training. */
  public PretrainConfig withTrain(TrainConfig value) {
    return new PretrainConfig(
        encoderKind,
        encoder,
        value,
        validationUsers,
        precision,
        resume,
        textEncoder,
        swap,
        start,
        itemBias,
        textCache);
  }

  /** The same with another encoder. */
  public PretrainConfig withEncoder(String value) {
    return new PretrainConfig(
        value,
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

  /** The same, going on from a checkpoint or not. */
  public PretrainConfig withResume(boolean value) {
    return new PretrainConfig(
        encoderKind,
        encoder,
        train,
        validationUsers,
        precision,
        value,
        textEncoder,
        swap,
        start,
        itemBias,
        textCache);
  }

  /** The same with another row swap. */
  public PretrainConfig withSwap(@Nullable Swap value) {
    return new PretrainConfig(
        encoderKind,
        encoder,
        train,
        validationUsers,
        precision,
        resume,
        textEncoder,
        value,
        start,
        itemBias,
        textCache);
  }

  /** The same from other rows. */
  public PretrainConfig withStart(Start value) {
    return new PretrainConfig(
        encoderKind,
        encoder,
        train,
        validationUsers,
        precision,
        resume,
        textEncoder,
        swap,
        value,
        itemBias,
        textCache);
  }

  /** The same with a dimension for item biases or without. */
  public PretrainConfig withItemBias(boolean value) {
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
        value,
        textCache);
  }

  /** The same with a cache of text vectors. */
  public PretrainConfig withTextCache(Path value) {
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
        value);
  }
}
