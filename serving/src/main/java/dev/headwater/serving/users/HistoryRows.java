package dev.headwater.serving.users;

import dev.headwater.serving.items.ItemRows;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows that a history is encoded from: the last items that have one, and what stands in for the
 * others as far as it is ready.
 *
 * @param rows {@code [n][dim]}, oldest first
 * @param standIns how many of them stand in
 * @param missing codes of the items looked at that have no row of their own
 */
@SuppressWarnings("ArrayRecordComponent") // lives for one encoding
record HistoryRows(float[][] rows, int standIns, List<Integer> missing) {

  /** Looks at the last items of a history until {@code max} rows are found. */
  static HistoryRows of(ItemRows vectors, @Nullable StandIns standIns, int[] codes, int max) {
    List<float[]> rows = new ArrayList<>(Math.min(max, codes.length));
    List<Integer> missing = new ArrayList<>(0);
    int stood = 0;
    float[] row = new float[vectors.dim()];
    for (int i = codes.length - 1; i >= 0 && rows.size() < max; i--) {
      if (vectors.readItem(codes[i], row)) {
        rows.add(row);
        row = new float[vectors.dim()];
        continue;
      }
      missing.add(codes[i]);
      float[] instead = standIns == null ? null : standIns.ready(codes[i]);
      if (instead != null) {
        rows.add(instead);
        stood++;
      }
    }
    Collections.reverse(rows);
    return new HistoryRows(rows.toArray(float[][]::new), stood, missing);
  }

  boolean isEmpty() {
    return rows.length == 0;
  }
}
