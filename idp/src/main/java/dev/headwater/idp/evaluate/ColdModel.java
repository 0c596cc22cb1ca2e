package dev.headwater.idp.evaluate;

import ai.djl.ndarray.NDManager;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.cdim.Cdim;
import dev.headwater.idp.cdim.GeneratedEmbedding;
import dev.headwater.idp.cdim.ItemBias;
import dev.headwater.idp.cdim.ItemPool;
import dev.headwater.idp.encoder.PaddedHistories;
import dev.headwater.idp.eval.HeldOut;
import dev.headwater.idp.eval.ModelScorer;
import dev.headwater.idp.eval.Scorer;
import dev.headwater.idp.tensor.Rows;
import dev.headwater.idp.tensor.Torch;
import java.util.ArrayList;
import java.util.List;

/**
 * A model trained without the cold items of a split, and rows for them as ColdStartJob makes them:
 * the mean of the trained items that are nearest by text, raised by what their spread is worth. For
 * one thread.
 */
final class ColdModel implements AutoCloseable {
  private static final int USERS = 2_000;

  private final ColdSplit split;
  private final TargetModel model;
  private final Rows table;

  /** Trains with row swap. */
  ColdModel(
      ColdSplit split, SourceBundle bundle, TargetSettings settings, EvaluateRequest request) {
    this.split = split;
    model = TargetModel.generated(split.warm(), bundle.newEncoder(), bundle, settings);
    table = new Rows(bundle.manifest().dim(), split.isCold().length);
    float scale =
        model
            .train(settings, settings.train(), TargetModel.Extras.SWAP, request.listener())
            .logitScale();
    ItemPool pool = new ItemPool(split.all().texts()[0].length, table.dim());
    List<float[]> lent = lend(pool);
    place(
        new Cdim(settings.cdim().withoutNorm(), List.of(pool)).generate(split.all().texts()),
        ItemBias.of(users(), scale),
        mean(lent, table.dim()));
  }

  /** Copies the warm rows into the whole table; the trained ones lend theirs. */
  private List<float[]> lend(ItemPool pool) {
    boolean[] trained = split.warm().trained();
    List<float[]> lent = new ArrayList<>();
    for (int i = 0; i < trained.length; i++) {
      float[] row = model.table().get(i);
      table.set(split.warmItems()[i], row);
      if (trained[i]) {
        pool.put("warm", Integer.toString(i), split.warm().texts()[i], row);
        lent.add(row);
      }
    }
    return lent;
  }

  private void place(List<GeneratedEmbedding> made, ItemBias itemBias, float[] fallback) {
    for (int i = 0; i < split.isCold().length; i++) {
      if (split.isCold()[i]) {
        GeneratedEmbedding one = made.get(i);
        table.set(i, one.matches().isEmpty() ? fallback : itemBias.raised(one));
      }
    }
  }

  /** Scores all items, cold and warm. */
  Scorer scorer() {
    return new ModelScorer(model.encoder(), table, 0, split.isCold().length);
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

  private static float[] mean(List<float[]> rows, int dim) {
    float[] mean = new float[dim];
    for (float[] row : rows) {
      for (int k = 0; k < dim; k++) {
        mean[k] += row[k] / rows.size();
      }
    }
    return mean;
  }
}
