package dev.headwater.serving.recommend;

import dev.headwater.serving.items.Measure;
import dev.headwater.serving.items.RowFilter;
import dev.headwater.serving.items.TopK;
import dev.headwater.serving.items.VectorTable;
import dev.headwater.serving.state.ModelTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The items whose rows score highest. The index proposes, then each row is read again as it stands
 * and scored exactly; an item that was removed in between is left out.
 */
final class RowSource implements Source {
  private final ModelTable table;
  private final boolean exact;
  private final RowFilter filter;
  private final float[] vector;
  private final Measure measure;

  RowSource(ModelTable table, boolean exact, RowFilter filter, float[] vector, Measure measure) {
    this.table = table;
    this.exact = exact;
    this.filter = filter;
    this.vector = vector;
    this.measure = measure;
  }

  @Override
  public List<Scored> best(int want) {
    TopK best = found(table, exact, filter, vector, measure, want);
    VectorTable vectors = table.vectors();
    float[] row = new float[vectors.dim()];
    List<Scored> scored = new ArrayList<>(want);
    Set<Integer> once = new HashSet<>();
    for (int candidate : best.drain()) {
      int code = vectors.read(candidate, row);
      if (code >= 0 && filter.allows(code) && once.add(code) && table.live(code) != null) {
        scored.add(new Scored(code, measure.score(vector, row)));
      }
    }
    scored.sort(Comparator.comparing(Scored::score).reversed());
    return scored;
  }

  /** Searches the index. */
  static TopK found(
      ModelTable table,
      boolean exact,
      RowFilter filter,
      float[] vector,
      Measure measure,
      int want) {
    TopK best = new TopK(want);
    if (exact) {
      table.index().searchExactly(vector, measure, filter, best);
    } else {
      table.index().search(vector, measure, filter, best);
    }
    return best;
  }
}
