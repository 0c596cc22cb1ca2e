package dev.headwater.idp.evaluate;

import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.encoder.Fdsa;
import dev.headwater.idp.text.Whitening;
import dev.headwater.idp.train.FitResult;
import dev.headwater.idp.train.FixedFeatures;
import java.util.SplittableRandom;

/**
 * {@link Fdsa} on the target alone; an item's features are the 64 main directions of its text
 * vector, whitened.
 */
final class FdsaSystem implements TableSystem {
  @Override
  public String paper() {
    return "Zhang et al., Feature-level Deeper Self-Attention Network for Sequential"
        + " Recommendation, IJCAI 2019";
  }

  @Override
  public Learned learn(EvaluateRequest request, TargetData data) {
    EncoderConfig each = EncoderConfig.defaults();
    EncoderConfig both = each.withDim(2 * each.dim());
    TargetModel model =
        TargetModel.random(
            data, new Fdsa(both, new SplittableRandom(request.seed())), request.seed());
    FitResult fit =
        model.train(
            request.settings().train(),
            new FixedFeatures(Whitening.of(data.texts(), each.dim())),
            request.listener());
    return model.learned(fit);
  }
}
