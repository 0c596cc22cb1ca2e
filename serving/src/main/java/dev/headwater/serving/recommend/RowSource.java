package dev.headwater.serving.recommend;

import dev.headwater.serving.items.Measure;
import dev.headwater.serving.items.RowFilter;
import dev.headwater.serving.items.TopK;
import dev.headwater.serving.items.VectorTable;
import dev.headwater.serving.state.ModelTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The items whose rows score highest. The index proposes, then each row is read again as it stands
 * and scored exactly; an item that was removed in between is left out.
 */
final class RowSource implements Source {
  /** One in so many beside those that are wanted, and as many again: for those not to be shown. */
  private static final int SPARE = 8;

  /** What a search without the filter keeps. */
  private static final ThreadLocal<TopK> OPEN = ThreadLocal.withInitial(() -> new TopK(0));

  private final ModelTable table;
  private final Query query;
  private final RowFilter filter;
  private final float[] vector;
  private final Measure measure;

  RowSource(ModelTable table, Query query, RowFilter filter, float[] vector, Measure measure) {
    this.table = table;
    this.query = query;
    this.filter = filter;
    this.vector = vector;
    this.measure = measure;
  }

  @Override
  public List<Scored> best(int want) {
    VectorTable vectors = table.vectors();
    float[] row = new float[vectors.dim()];
    List<Scored> scored = new ArrayList<>(want);
    Set<Integer> once = new HashSet<>();
    for (int candidate : found(table, query, filter, vector, measure, want, want)) {
      int code = vectors.read(candidate, row);
      if (code >= 0 && filter.allows(code) && once.add(code) && table.isLive(code)) {
        scored.add(new Scored(code, measure.score(vector, row)));
      }
    }
    scored.sort(Comparator.comparing(Scored::score).reversed());
    return scored;
  }

  /**
   * Searches the index and returns rows, best first. Whether an item may be shown is looked up in
   * some objects of its own, and a search asks it of each row that is among the best so far: a
   * thousand for the best two hundred. So the search is made without it first and asks it of those
   * that it found, and again with it only where too few are left.
   *
   * @param want so many at most
   * @param least with fewer the search is made again
   */
  static int[] found(
      ModelTable table,
      Query query,
      RowFilter filter,
      float[] vector,
      Measure measure,
      int want,
      int least) {
    if (!query.exact() && query.filter().isAll()) {
      TopK open = OPEN.get();
      open.begin(want + want / SPARE + SPARE);
      table.index().search(vector, measure, RowFilter.ALL, open);
      boolean all = open.size() < open.capacity();
      int[] shown = shown(open.drain(), table.vectors(), filter, want);
      if (all || shown.length >= least) {
        return shown;
      }
    }
    TopK best = new TopK(want);
    if (query.exact()) {
      table.index().searchExactly(vector, measure, filter, best);
    } else {
      table.index().search(vector, measure, filter, best);
    }
    return best.drain();
  }

  private static int[] shown(int[] rows, VectorTable vectors, RowFilter filter, int want) {
    int[] codes = new int[rows.length];
    for (int at = 0;
        at < rows.length;
        at++) { // in a loop of their own, they are waited for at once
      codes[at] = vectors.code(rows[at]);
    }
    int size = 0;
    for (int at = 0; at < rows.length && size < want; at++) {
      if (codes[at] >= 0 && filter.allows(codes[at])) {
        rows[size++] = rows[at];
      }
    }
    return Arrays.copyOf(rows, size);
  }
}
