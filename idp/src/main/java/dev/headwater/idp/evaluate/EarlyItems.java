package dev.headwater.idp.evaluate;

import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.cdim.Cdim;
import dev.headwater.idp.cdim.CdimConfig;
import dev.headwater.idp.cdim.GeneratedEmbedding;
import dev.headwater.idp.cdim.ItemBias;
import dev.headwater.idp.cdim.ItemPool;
import dev.headwater.idp.online.OnlineTuner;
import dev.headwater.idp.online.RowState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The rows of items that were nobody's target yet, as ColdStartJob keeps them: made from the
 * sources, and made again now and then from sources and trained items together, raised by what the
 * spread of the matches is worth. As in FineTuneJob, a row made again moves its start and keeps
 * what it learned in histories. For one thread.
 */
final class EarlyItems {
  private static final String OWN = "own";
  private static final int WARM = 100;

  private final float[][] texts;
  private final ItemPool trained;
  private final Cdim fromSources;
  private final Cdim means;
  private final ItemBias itemBias;
  private final float[] fallback;
  private final boolean[] clicked;
  private final boolean[] changed;
  private final float[][] starts;

  EarlyItems(float[][] texts, SourceBundle bundle, CdimConfig config) {
    this.texts = texts;
    int textDim = bundle.manifest().textDim();
    trained = new ItemPool(textDim, bundle.manifest().dim());
    fromSources = new Cdim(config, List.of(bundle.sourcePool()));
    means = new Cdim(config.withoutNorm(), List.of(bundle.sourcePool(), trained));
    itemBias = bundle.itemBias();
    fallback = bundle.meanEmbedding();
    clicked = new boolean[texts.length];
    changed = new boolean[texts.length];
    starts = new float[texts.length][];
  }

  /** Rows from the sources alone, one an item. */
  float[][] start() {
    List<GeneratedEmbedding> made = fromSources.generate(texts);
    Arrays.setAll(starts, i -> made.get(i).matches().isEmpty() ? fallback : made.get(i).vector());
    return starts.clone();
  }

  /** An example with the item as its target was learned. */
  void clicked(int item) {
    clicked[item] = true;
    changed[item] = true;
  }

  /** Makes the rows of items without a click again. */
  void refresh(OnlineTuner tuner) {
    int count = 0;
    for (int item = 0; item < clicked.length; item++) {
      if (clicked[item]) {
        count++;
        if (changed[item]) {
          trained.put(OWN, Integer.toString(item), texts[item], tuner.table().get(item));
          changed[item] = false;
        }
      }
    }
    if (count < WARM) {
      return;
    }
    List<Integer> early = new ArrayList<>();
    for (int item = 0; item < clicked.length; item++) {
      if (!clicked[item]) {
        early.add(item);
      }
    }
    float[][] wanted = early.stream().map(item -> texts[item]).toArray(float[][]::new);
    List<GeneratedEmbedding> made = means.generate(wanted);
    for (int i = 0; i < wanted.length; i++) {
      if (made.get(i).matches().isEmpty()) {
        continue; // without a usable text the fallback stays
      }
      move(tuner, early.get(i), itemBias.raised(made.get(i)));
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
