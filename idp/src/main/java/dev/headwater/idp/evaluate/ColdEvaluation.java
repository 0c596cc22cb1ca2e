package dev.headwater.idp.evaluate;

import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.cdim.Cdim;
import dev.headwater.idp.cdim.GeneratedEmbedding;
import dev.headwater.idp.cdim.ItemPool;
import dev.headwater.idp.eval.HeldOut;
import dev.headwater.idp.eval.Judge;
import dev.headwater.idp.eval.ModelScorer;
import dev.headwater.idp.eval.Scorer;
import dev.headwater.idp.eval.TextScorer;
import dev.headwater.idp.tensor.Rows;
import java.util.List;

/**
 * Mode cold-items: a share of the items leaves training; afterwards they get embeddings from the
 * target's own trained items, at the trained items' mean norm, and their scores a bias that is
 * chosen on validation so that warm users lose at most a little.
 */
final class ColdEvaluation {
  private static final double SHARE = 0.1;
  private static final double WARM_LOSS = 0.03;
  private static final float[] BIASES = {0, 0.25f, 0.5f, 0.75f, 1, 1.25f, 1.5f, 2, 2.5f, 3};

  private final EvaluateRequest request;
  private final TargetSettings settings;
  private final float[][] texts;

  ColdEvaluation(EvaluateRequest request, TargetSettings settings, float[][] texts) {
    this.request = request;
    this.settings = settings;
    this.texts = texts;
  }

  ColdResult run(SourceBundle bundle) {
    TargetData all = TargetData.of(request.target(), texts);
    double[] sums = new double[4];
    for (int i = 0; i < request.splits(); i++) {
      ColdSplit split = ColdSplit.of(all, SHARE, request.seed() * 100 + i);
      double[] found = split(split, bundle);
      for (int k = 0; k < sums.length; k++) {
        sums[k] += found[k] / request.splits();
      }
    }
    return new ColdResult(sums[0], sums[1], sums[2], sums[3], request.splits());
  }

  private double[] split(ColdSplit split, SourceBundle bundle) {
    Judge judge = new Judge(split.all().itemCount());
    List<HeldOut> coldTest = split.asking(split.all().test(), true);
    List<HeldOut> warmTest = split.asking(split.all().test(), false);
    double without = plainWarm(split, bundle);
    double knn;
    try (TextScorer text = new TextScorer(texts, Evaluator.KNN_LAST_ITEMS)) {
      knn = hr10(judge, text, coldTest);
    }
    try (TargetModel model =
            TargetModel.generated(split.warm(), bundle.newEncoder(), bundle, settings);
        Rows table = new Rows(bundle.manifest().dim(), split.all().itemCount())) {
      model.train(settings, settings.train(), TargetModel.Extras.SWAP, request.listener());
      complete(split, model, table);
      Scorer plain = new ModelScorer(model.encoder(), table, 0, split.all().itemCount());
      Scorer handled = biased(split, judge, plain);
      return new double[] {
        hr10(judge, handled, coldTest), hr10(judge, handled, warmTest), without, knn
      };
    }
  }

  /** Warm users of a model trained without any thought of cold items. */
  private double plainWarm(ColdSplit split, SourceBundle bundle) {
    try (TargetModel model =
        TargetModel.generated(split.warm(), bundle.newEncoder(), bundle, settings)) {
      model.train(settings, settings.train(), TargetModel.Extras.NONE, request.listener());
      Judge judge = new Judge(split.warm().itemCount());
      return hr10(judge, model.scorer(), split.warm().test());
    }
  }

  /** The largest bias that keeps warm users of the validation near what they had. */
  private static Scorer biased(ColdSplit split, Judge judge, Scorer plain) {
    List<HeldOut> warm = split.asking(split.all().validation(), false);
    List<HeldOut> cold = split.asking(split.all().validation(), true);
    Scorer best = plain;
    double floor = hr10(judge, new BiasedScorer(plain, split.isCold(), -1e6f), warm);
    double bestCold = -1;
    for (float bias : BIASES) {
      Scorer candidate = new BiasedScorer(plain, split.isCold(), bias);
      double coldHr = hr10(judge, candidate, cold);
      if (coldHr > bestCold && hr10(judge, candidate, warm) >= floor * (1 - WARM_LOSS)) {
        bestCold = coldHr;
        best = candidate;
      }
    }
    return best;
  }

  /** Trained rows for warm items, generated ones for cold items. */
  private void complete(ColdSplit split, TargetModel model, Rows table) {
    int dim = table.dim();
    double norm = 0;
    boolean[] trained = split.warm().trained();
    ItemPool pool = new ItemPool(texts[0].length, dim);
    int count = 0;
    for (int i = 0; i < split.warmItems().length; i++) {
      float[] row = model.table().get(i);
      table.set(split.warmItems()[i], row);
      if (trained[i]) {
        pool.put("warm", Integer.toString(i), split.warm().texts()[i], row);
        norm += norm(row);
        count++;
      }
    }
    norm /= Math.max(1, count);
    Cdim cdim = new Cdim(settings.cdim(), List.of(pool));
    for (int i = 0; i < split.isCold().length; i++) {
      if (split.isCold()[i]) {
        GeneratedEmbedding made = cdim.generate(new float[][] {texts[i]}).get(0);
        table.set(i, scaled(made.vector(), norm));
      }
    }
  }

  private static double hr10(Judge judge, Scorer scorer, List<HeldOut> questions) {
    double hits = 0;
    for (double rank : judge.ranks(scorer, questions)) {
      hits += rank <= 10 ? 1 : 0;
    }
    return questions.isEmpty() ? 0 : hits / questions.size();
  }

  private static float[] scaled(float[] vector, double norm) {
    double now = norm(vector);
    float[] result = vector.clone();
    for (int k = 0; k < result.length; k++) {
      result[k] *= (float) (now > 0 ? norm / now : 0);
    }
    return result;
  }

  private static double norm(float[] vector) {
    double sum = 0;
    for (float value : vector) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }
}
