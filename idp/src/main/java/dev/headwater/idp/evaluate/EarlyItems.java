package dev.headwater.idp.evaluate;

import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.cdim.ColdStartRow;
import dev.headwater.idp.cdim.ColdStartRows;
import dev.headwater.idp.cdim.ColdStartRule;
import dev.headwater.idp.cdim.TrainedItems;
import dev.headwater.idp.online.OnlineTuner;
import dev.headwater.idp.online.RowState;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The rows of items that were nobody's target yet, as ColdStartJob keeps them: made by its rule
 * ({@link ColdStartRows}) before anything is trained, and rebuilt now and then once the domain has
 * enough trained items. As in FineTuneJob, a row rebuilt moves its start and keeps what it learned
 * in histories. For one thread.
 */
final class EarlyItems {
  private final float[][] texts;
  private final int warmItems;
  private final TrainedItems trained;
  private final ColdStartRows rows;
  private final boolean[] clicked;
  private final boolean[] changed;
  private final float[][] starts;

  EarlyItems(float[][] texts, SourceBundle bundle, ColdStartRule rule) {
    this.texts = texts;
    this.warmItems = rule.warmItems();
    trained = new TrainedItems("own", bundle.manifest().textDim(), bundle.manifest().dim());
    rows =
        new ColdStartRows(
            rule,
            bundle.sourceIndex(),
            bundle.textSlope(),
            trained,
            bundle.spreadBonus(),
            bundle.meanEmbedding());
    clicked = new boolean[texts.length];
    changed = new boolean[texts.length];
    starts = new float[texts.length][];
  }

  /** Rows before anything is trained, one an item. */
  float[][] start() {
    List<ColdStartRow> made = rows.make(texts);
    Arrays.setAll(starts, i -> made.get(i).vector());
    return starts.clone();
  }

  /** An example with the item as its target was learned. */
  void clicked(int item) {
    clicked[item] = true;
    changed[item] = true;
  }

  /** Rebuilds the rows of items without a click. */
  void refresh(OnlineTuner tuner) {
    for (int item = 0; item < clicked.length; item++) {
      if (changed[item]) {
        trained.put(Integer.toString(item), texts[item], tuner.table().get(item));
        changed[item] = false;
      }
    }
    if (trained.count() < warmItems) {
      return;
    }
    int[] early = IntStream.range(0, clicked.length).filter(item -> !clicked[item]).toArray();
    List<ColdStartRow> made =
        rows.make(Arrays.stream(early).mapToObj(item -> texts[item]).toArray(float[][]::new));
    for (int i = 0; i < early.length; i++) {
      if (!made.get(i).isFallback()) { // without a usable text the first one stays
        move(tuner, early[i], made.get(i).vector());
      }
    }
  }

  private void move(OnlineTuner tuner, int item, float[] start) {
    RowState state = tuner.state(item);
    float[] row = state.vector();
    for (int k = 0; k < row.length; k++) {
      row[k] += start[k] - starts[item][k];
    }
    starts[item] = start;
    tuner.restore(
        item, new RowState(row, state.firstMoment(), state.secondMoment(), state.steps()));
  }
}
