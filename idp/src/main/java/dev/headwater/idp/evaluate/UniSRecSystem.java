package dev.headwater.idp.evaluate;

import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.encoder.UniSRec;
import dev.headwater.idp.pretrain.UniSRecPretrainer;
import dev.headwater.idp.pretrain.UniSRecWeights;
import dev.headwater.idp.train.FitResult;
import dev.headwater.idp.train.MoeAdaptor;
import dev.headwater.idp.train.TrainConfig;
import java.util.SplittableRandom;

/**
 * UniSRec with ID and text (its transductive setting): pre-trained on the sources by texts alone
 * ({@link UniSRecPretrainer}), then tuned on the target with an ID embedding added to every item's
 * adapted text.
 *
 * <p>Departures: {@link UniSRec} and {@link UniSRecPretrainer} name theirs; in the target the
 * encoder learns too, where the paper's lighter setting holds it still.
 */
final class UniSRecSystem implements TableSystem {
  @Override
  public String paper() {
    return "Hou et al., Towards Universal Sequence Representation Learning for Recommender Systems,"
        + " KDD 2022";
  }

  @Override
  public Learned learn(EvaluateRequest request, TargetData data) {
    SourceBundle bundle = Evaluator.required(request.bundle());
    if (request.sources().isEmpty()) {
      throw new IllegalArgumentException(
          "unisrec pre-trains by itself and needs the sources' data");
    }
    UniSRecWeights weights =
        UniSRecPretrainer.of(
            bundle,
            request.sources(),
            TableSystems.PRETRAINING_SEED,
            request.textCache(),
            request.listener());
    SplittableRandom random = new SplittableRandom(request.seed());
    TrainConfig train =
        request.settings().train().toBuilder()
            .logitScale(1 / UniSRecPretrainer.TEMPERATURE, false)
            .average(0) // a mean of rows of unit length is shorter, and scores are cosines
            .build();
    UniSRec encoder = new UniSRec(EncoderConfig.defaults(), random);
    weights.encoder().forEach((name, values) -> encoder.parameters().get(name).set(values));
    MoeAdaptor adaptor = new MoeAdaptor(data.texts(), encoder.dim(), train.encoderRate(), random);
    weights.adaptor().forEach((name, values) -> adaptor.parameters().get(name).set(values));
    TargetModel model = TargetModel.random(data, encoder, request.seed());
    FitResult fit = model.train(train, adaptor, request.listener());
    return model.learned(fit);
  }
}
