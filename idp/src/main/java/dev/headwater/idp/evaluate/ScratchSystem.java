package dev.headwater.idp.evaluate;

import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.encoder.SequenceEncoders;
import dev.headwater.idp.train.FitResult;
import java.util.SplittableRandom;

/**
 * A sequence encoder that learns the target alone, from random weights.
 *
 * @param kind of the encoder
 * @param paper it is from; its class names the departures
 */
record ScratchSystem(String kind, String paper) implements TableSystem {
  @Override
  public Learned learn(EvaluateRequest request, TargetData data) {
    TargetModel model =
        TargetModel.random(
            data,
            SequenceEncoders.create(
                kind, EncoderConfig.defaults(), new SplittableRandom(request.seed())),
            request.seed());
    FitResult fit =
        model.train(
            request.settings(),
            request.settings().train(),
            TargetModel.Extras.NONE,
            request.listener());
    return model.learned(fit);
  }
}
