package dev.headwater.serving.recommend;

import dev.headwater.serving.items.Measure;
import dev.headwater.serving.items.RowFilter;
import dev.headwater.serving.items.TopK;
import dev.headwater.serving.items.VectorTable;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.LiveRow;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.serving.users.RecentPopularity.Popular;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Finds and orders items. The index proposes, then each row is read again as it stands and scored
 * exactly; an item that was removed in between is left out.
 */
final class Ranker {
  /** Candidates beyond the count, for rows that change or go while the answer is made. */
  private static final int SPARE = 8;

  private Ranker() {}

  static List<Answer.Item> byVector(
      ModelTable table, float[] query, Measure measure, Query asked, RowFilter filter) {
    int count = asked.count();
    TopK best = new TopK(count + SPARE);
    if (asked.exact()) {
      table.index().searchExactly(query, measure, filter, best);
    } else {
      table.index().search(query, measure, filter, best);
    }
    VectorTable vectors = table.vectors();
    float[] row = new float[vectors.dim()];
    List<Answer.Item> items = new ArrayList<>(count + SPARE);
    List<Scored> scored = new ArrayList<>(count + SPARE);
    Set<Integer> once = new HashSet<>();
    for (int candidate : best.drain()) {
      int code = vectors.read(candidate, row);
      if (code >= 0 && filter.allows(code) && once.add(code)) {
        scored.add(new Scored(code, measure.score(query, row)));
      }
    }
    scored.sort(Comparator.comparing(Scored::score).reversed());
    for (Scored each : scored) {
      LiveRow live = table.live(each.code());
      if (live != null && items.size() < count) {
        items.add(new Answer.Item(live.row().getItem(), each.score(), origin(live)));
      }
    }
    return items;
  }

  private record Scored(int code, float score) {}

  /** What was taken most lately; where that is too little, any others, newest rows first. */
  static List<Answer.Item> byPopularity(
      Domain domain, ModelTable table, int count, RowFilter filter) {
    List<Answer.Item> items = new ArrayList<>(count);
    Set<Integer> taken = new HashSet<>();
    for (Popular popular : domain.popularity().ranking()) {
      if (items.size() == count) {
        return items;
      }
      add(table, popular.code(), popular.count(), filter, items, taken);
    }
    for (int row = table.vectors().rows() - 1; row >= 0 && items.size() < count; row--) {
      int code = table.vectors().code(row);
      if (code >= 0) {
        add(table, code, 0, filter, items, taken);
      }
    }
    return items;
  }

  private static void add(
      ModelTable table,
      int code,
      int score,
      RowFilter filter,
      List<Answer.Item> items,
      Set<Integer> taken) {
    LiveRow live = table.live(code);
    if (live != null && filter.allows(code) && taken.add(code)) {
      items.add(new Answer.Item(live.row().getItem(), score, origin(live)));
    }
  }

  private static String origin(LiveRow live) {
    return live.row().getOrigin().name().toLowerCase(Locale.ROOT);
  }
}
