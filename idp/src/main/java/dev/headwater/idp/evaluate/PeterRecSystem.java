package dev.headwater.idp.evaluate;

import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.encoder.PeterRec;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.train.FitResult;
import java.util.SplittableRandom;

/** {@link PeterRec} on a bundle's encoder; the target's table starts from random rows. */
final class PeterRecSystem implements TableSystem {
  @Override
  public String paper() {
    return "Yuan et al., Parameter-Efficient Transfer from Sequential Behaviors for User Modeling"
        + " and Recommendation, SIGIR 2020";
  }

  @Override
  public Learned learn(EvaluateRequest request, TargetData data) {
    TargetModel model =
        TargetModel.random(
            data, encoder(Evaluator.required(request.bundle()), request.seed()), request.seed());
    FitResult fit =
        model.train(
            request.settings(),
            request.settings().train(),
            TargetModel.Extras.NONE,
            request.listener());
    return model.learned(fit);
  }

  private static SequenceEncoder encoder(SourceBundle bundle, long seed) {
    PeterRec patched = new PeterRec(bundle.manifest().encoder(), new SplittableRandom(seed));
    try (SequenceEncoder pretrained = bundle.newEncoder()) {
      patched.graft(pretrained);
    } catch (IllegalArgumentException e) {
      patched.close();
      throw e;
    }
    return bundle.biased(patched);
  }
}
