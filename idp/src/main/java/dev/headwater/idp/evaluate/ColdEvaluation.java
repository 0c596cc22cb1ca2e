package dev.headwater.idp.evaluate;

import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.eval.HeldOut;
import dev.headwater.idp.eval.Judge;
import dev.headwater.idp.eval.Scorer;
import dev.headwater.idp.eval.TextScorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Mode cold-items: a share of the items leaves training; afterwards they get rows from the target's
 * own trained items. Their form and how far they are raised are chosen once for all splits on
 * validation: until they are found as often as warm items, but no farther than where warm users
 * lose a little against a model without any thought of cold items.
 */
final class ColdEvaluation {
  private static final double SHARE = 0.1;

  /** Of the five in a hundred that warm users may lose, one is left for chance. */
  private static final double WARM_LOSS = 0.04;

  /** Raised rows also stand in histories, so the choice is made again with them. */
  private static final int PASSES = 3;

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
    List<ColdModel> models = new ArrayList<>();
    Hits plainValidation = new Hits();
    Hits plainTest = new Hits();
    try {
      for (int i = 0; i < request.splits(); i++) {
        ColdSplit split = ColdSplit.of(all, SHARE, request.seed() * 100 + i);
        plain(split, bundle, plainValidation, plainTest);
        models.add(new ColdModel(split, bundle, settings, request));
      }
      Choice choice = chosen(models, plainValidation.share() * (1 - WARM_LOSS));
      Hits cold = new Hits();
      Hits warm = new Hits();
      Hits knn = new Hits();
      Judge judge = new Judge(all.itemCount());
      try (TextScorer text = new TextScorer(texts, Evaluator.KNN_LAST_ITEMS)) {
        for (ColdModel model : models) {
          model.place(choice.form(), choice.bias());
          List<HeldOut> coldTest = model.split().asking(all.test(), true);
          cold.add(judge, model.scorer(), coldTest);
          warm.add(judge, model.scorer(), model.split().asking(all.test(), false));
          knn.add(judge, text, coldTest);
        }
      }
      return new ColdResult(
          cold.share(),
          warm.share(),
          plainTest.share(),
          knn.share(),
          request.splits(),
          choice.form().name().toLowerCase(Locale.ROOT),
          choice.bias());
    } finally {
      models.forEach(ColdModel::close);
    }
  }

  /** Warm users of a model trained without any thought of cold items. */
  private void plain(ColdSplit split, SourceBundle bundle, Hits validation, Hits test) {
    try (TargetModel model =
        TargetModel.generated(split.warm(), bundle.newEncoder(), bundle, settings)) {
      model.train(settings, settings.train(), TargetModel.Extras.NONE, request.listener());
      Judge judge = new Judge(split.warm().itemCount());
      validation.add(judge, model.scorer(), split.warm().validation());
      test.add(judge, model.scorer(), split.warm().test());
    }
  }

  /**
   * How rows are made.
   *
   * @param coldHr10 of users of the validation
   */
  private record Choice(ColdModel.Form form, double bias, double coldHr10) {}

  /** The form that finds most cold targets of the validation while warm users keep the floor. */
  private static Choice chosen(List<ColdModel> models, double floor) {
    return Arrays.stream(ColdModel.Form.values())
        .map(form -> raised(models, form, floor))
        .max(Comparator.comparingDouble(Choice::coldHr10))
        .orElseThrow();
  }

  /** The bias of parity, or the largest that keeps warm users of the validation at the floor. */
  private static Choice raised(List<ColdModel> models, ColdModel.Form form, double floor) {
    double bias = 0;
    double found = 0;
    for (int pass = 0; pass < PASSES; pass++) {
      ColdMargins margins = new ColdMargins();
      for (ColdModel model : models) {
        model.place(form, bias);
        margins.add(
            model.scorer(), model.split().isCold(), model.split().all().validation(), model.unit());
      }
      double step = Math.min(margins.parity(), margins.largestBias(floor));
      if (!Double.isFinite(step)) {
        break; // nobody to ask, or no bias is low enough
      }
      bias += step;
      found = margins.coldHr10(step);
    }
    return new Choice(form, bias, found);
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
