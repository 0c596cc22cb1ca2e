package dev.headwater.idp.evaluate;

import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.expert.NearTexts;
import dev.headwater.idp.heldout.HeldOut;
import dev.headwater.idp.heldout.Judge;
import dev.headwater.idp.heldout.Scorer;
import dev.headwater.idp.heldout.TextScorer;
import java.util.List;

/**
 * Mode cold-items: a share of the items leaves training; afterwards they get rows from the target's
 * own trained items, made as ColdStartJob makes them, and are ranked by rows alone and by the
 * product's ranker. Beside it a model without any thought of cold items: plain fine-tuning, cold
 * items out of the race.
 */
final class ColdEvaluation {
  private static final double SHARE = 0.1;

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
    Judge judge = new Judge(all.itemCount());
    Hits plain = new Hits();
    Hits cold = new Hits();
    Hits warm = new Hits();
    Hits knn = new Hits();
    Hits rankedCold = new Hits();
    Hits rankedWarm = new Hits();
    List<NearTexts> near = NearestTexts.of(texts);
    try (TextScorer text = new TextScorer(texts, Evaluator.KNN_LAST_ITEMS)) {
      for (int i = 0; i < request.splits(); i++) {
        ColdSplit split = ColdSplit.of(all, SHARE, request.seed() * 100 + i);
        List<HeldOut> coldTest = split.asking(all.test(), true);
        List<HeldOut> warmTest = split.asking(all.test(), false);
        plain(split, bundle, plain);
        try (ColdModel model = new ColdModel(split, bundle, settings, request)) {
          cold.add(judge, model.scorer(), coldTest);
          warm.add(judge, model.scorer(), warmTest);
          Scorer ranked = model.ranked(near, request.seed());
          rankedCold.add(judge, ranked, coldTest);
          rankedWarm.add(judge, ranked, warmTest);
        }
        knn.add(judge, text, coldTest);
      }
    }
    return new ColdResult(
        cold.share(),
        warm.share(),
        plain.share(),
        knn.share(),
        rankedCold.share(),
        rankedWarm.share(),
        request.splits());
  }

  /** Warm users of a model trained without any thought of cold items. */
  private void plain(ColdSplit split, SourceBundle bundle, Hits test) {
    try (TargetModel model =
        TargetModel.generated(split.warm(), bundle.newEncoder(), bundle, settings)) {
      model.train(settings, settings.train(), TargetModel.Extras.NONE, request.listener());
      test.add(new Judge(split.warm().itemCount()), model.scorer(), split.warm().test());
    }
  }

  /** Counts targets among the first ten, over the splits. */
  private static final class Hits {
    private static final int FIRST = 10;
    private long hits;
    private long questions;

    void add(Judge judge, Scorer scorer, List<HeldOut> asked) {
      for (double rank : judge.ranks(scorer, asked)) {
        hits += rank <= FIRST ? 1 : 0;
      }
      questions += asked.size();
    }

    double share() {
      return questions == 0 ? 0 : (double) hits / questions;
    }
  }
}
