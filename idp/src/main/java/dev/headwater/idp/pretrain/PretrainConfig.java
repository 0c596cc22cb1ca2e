package dev.headwater.idp.pretrain;

import dev.headwater.idp.bundle.Precision;
import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.encoder.SasRec;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.idp.train.TrainConfig;

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
 */
public record PretrainConfig(
    String encoderKind,
    EncoderConfig encoder,
    TrainConfig train,
    int validationUsers,
    Precision precision,
    boolean resume,
    TextEncoder textEncoder) {
  /** Good enough to start with, minutes on two small sources. */
  public static PretrainConfig defaults(TextEncoder textEncoder) {
    return new PretrainConfig(
        SasRec.KIND,
        EncoderConfig.defaults(),
        TrainConfig.pretraining(42),
        2_000,
        Precision.FP16,
        false,
        textEncoder);
  }

  /** The same with other settings of training. */
  public PretrainConfig withTrain(TrainConfig newTrain) {
    return new PretrainConfig(
        encoderKind, encoder, newTrain, validationUsers, precision, resume, textEncoder);
  }

  /** The same with another encoder. */
  public PretrainConfig withEncoder(String kind) {
    return new PretrainConfig(
        kind, encoder, train, validationUsers, precision, resume, textEncoder);
  }

  /** The same, going on from a checkpoint or not. */
  public PretrainConfig withResume(boolean goOn) {
    return new PretrainConfig(
        encoderKind, encoder, train, validationUsers, precision, goOn, textEncoder);
  }
}
