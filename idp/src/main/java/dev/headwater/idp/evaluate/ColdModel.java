package dev.headwater.idp.evaluate;

import ai.djl.ndarray.NDManager;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.cdim.ColdStartRow;
import dev.headwater.idp.cdim.ColdStartRows;
import dev.headwater.idp.cdim.SpreadBonus;
import dev.headwater.idp.cdim.TrainedItems;
import dev.headwater.idp.encoder.PaddedHistories;
import dev.headwater.idp.expert.ItemBook;
import dev.headwater.idp.expert.NearTexts;
import dev.headwater.idp.heldout.CountScorer;
import dev.headwater.idp.heldout.HeldOut;
import dev.headwater.idp.heldout.ModelScorer;
import dev.headwater.idp.heldout.Scorer;
import dev.headwater.idp.tensor.Rows;
import dev.headwater.idp.tensor.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A model trained without the cold items of a split, and rows for them by the rule of ColdStartJob
 * ({@link ColdStartRows}), under the encoder as it was trained. For one thread.
 */
final class ColdModel implements AutoCloseable {
  private static final int USERS = 2_000;

  private final ColdSplit split;
  private final TargetModel model;
  private final Rows table;
  private final float logitScale;

  /** Trains with row swap. */
  ColdModel(
      ColdSplit split, SourceBundle bundle, TargetSettings settings, EvaluateRequest request) {
    this.split = split;
    model = TargetModel.generated(split.warm(), bundle.newEncoder(), bundle, settings);
    table = new Rows(bundle.manifest().dim(), split.isCold().length);
    logitScale =
        model
            .train(settings, settings.train(), TargetModel.Extras.SWAP, request.listener())
            .logitScale();
    place(
        new ColdStartRows(
            settings.coldStart(),
            bundle.sourceIndex(),
            bundle.textSlope(),
            lend(),
            SpreadBonus.of(users(), logitScale),
            bundle.meanEmbedding()));
  }

  /** Copies the warm rows into the whole table; the trained ones lend theirs. */
  private TrainedItems lend() {
    boolean[] trained = split.warm().trained();
    TrainedItems lent = new TrainedItems("warm", split.all().texts()[0].length, table.dim());
    for (int i = 0; i < trained.length; i++) {
      float[] row = model.table().get(i);
      table.set(split.warmItems()[i], row);
      if (trained[i]) {
        lent.put(Integer.toString(i), split.warm().texts()[i], row);
      }
    }
    return lent;
  }

  private void place(ColdStartRows rows) {
    int[] cold = split.coldItems();
    float[][] texts =
        Arrays.stream(cold).mapToObj(i -> split.all().texts()[i]).toArray(float[][]::new);
    List<ColdStartRow> made = rows.make(texts);
    for (int i = 0; i < cold.length; i++) {
      table.set(cold[i], made.get(i).vector());
    }
  }

  /** Scores all items, cold and warm. */
  Scorer scorer() {
    return new ModelScorer(model.encoder(), table, 0, split.isCold().length);
  }

  /**
   * The product's ranker over those rows: counts of the training sequences, which name no cold
   * item, and near texts of all; its weights learn from the validation users of the whole target,
   * cold items among their targets as in a stream.
   *
   * @param near near texts of the whole target, by item
   */
  Scorer ranked(List<NearTexts> near, long seed) {
    List<int[]> sequences = split.warm().train().stream().map(this::inWhole).toList();
    ItemBook book = CountScorer.book(sequences, Evaluator.LIST);
    RankedScorer ranked = new RankedScorer(scorer(), logitScale, book, near);
    ranked.learn(split.all().validation(), seed);
    return ranked;
  }

  private int[] inWhole(int[] warm) {
    return Arrays.stream(warm).map(item -> split.warmItems()[item]).toArray();
  }

  @Override
  public void close() {
    model.close();
    table.close();
  }

  /** Vectors of some users, by what they did before validation. */
  private float[][] users() {
    List<HeldOut> asked = split.warm().validation();
    List<float[]> users = new ArrayList<>();
    for (HeldOut question : asked.subList(0, Math.min(USERS, asked.size()))) {
      PaddedHistories history =
          PaddedHistories.of(List.of(question.history()), model.encoder().maxLength());
      try (NDManager step = Torch.newManager()) {
        users.add(
            Torch.recording(
                false,
                () ->
                    model
                        .encoder()
                        .users(history.gather(step, model.table().array()))
                        .toFloatArray()));
      }
    }
    return users.isEmpty() ? new float[][] {new float[table.dim()]} : users.toArray(float[][]::new);
  }
}
