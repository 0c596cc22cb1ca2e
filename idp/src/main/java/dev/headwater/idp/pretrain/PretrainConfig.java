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
 * @param textEncoder encodes the items' words; not closed
 */
public record PretrainConfig(
    String encoderKind,
    EncoderConfig encoder,
    TrainConfig train,
    int validationUsers,
    Precision precision,
    TextEncoder textEncoder) {
  /** Good enough to start with, minutes on two small sources. */
  public static PretrainConfig defaults(TextEncoder textEncoder) {
    return new PretrainConfig(
        SasRec.KIND,
        EncoderConfig.defaults(),
        TrainConfig.pretraining(42),
        2_000,
        Precision.FP16,
        textEncoder);
  }

  /** The same with other settings of training. */
  public PretrainConfig withTrain(TrainConfig newTrain) {
    return new PretrainConfig(
        encoderKind, encoder, newTrain, validationUsers, precision, textEncoder);
  }
}
