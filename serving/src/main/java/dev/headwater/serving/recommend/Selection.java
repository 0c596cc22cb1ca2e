package dev.headwater.serving.recommend;

import dev.headwater.client.answers.Recommendations;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.online.RecentPopularity.Popular;
import dev.headwater.serving.items.Measure;
import dev.headwater.serving.items.RowFilter;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.ModelTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Chooses the items of one answer from what a source finds, mixed as the query asks. */
final class Selection {
  /** Candidates beyond the count, for rows that change or go while the answer is made. */
  private static final int SPARE = 8;

  /** Candidates an item of the answer, where they are put in another order. */
  private static final int CHOICE = 5;

  private static final int CHOICE_MAX = 4_096;

  private final Domain domain;
  private final ModelTable table;
  private final Query query;
  private final RowFilter filter;

  Selection(Domain domain, ModelTable table, Query query, RowFilter filter) {
    this.domain = domain;
    this.table = table;
    this.query = query;
    this.filter = filter;
  }

  /**
   * Returns the best items of a source.
   *
   * @param vector by which new items are drawn, with {@code measure}
   */
  List<Recommendations.Item> from(
      Source source, float[] vector, Measure measure, RandomGenerator random) {
    List<Scored> ranking = ranking(source);
    float share = query.mix().explore();
    if (share <= 0) {
      return ranking.stream().map(each -> item(each, null)).toList();
    }
    return new Explorer(table, share, random)
        .place(ranking, vector, measure, filter, query.count()).stream()
            .map(placed -> item(placed.scored(), placed.propensity()))
            .toList();
  }

  private List<Scored> ranking(Source source) {
    int count = query.count();
    if (!query.mix().reorders()) {
      List<Scored> best = source.best(count + SPARE);
      return best.subList(0, Math.min(count, best.size()));
    }
    int want = CHOICE * count + SPARE;
    while (true) {
      List<Scored> candidates = source.best(want);
      CategoryCap cap = new CategoryCap(domain, query.mix().categoryCap());
      List<Scored> chosen =
          new Diversifier(table.vectors(), cap, query.mix().diversity()).choose(candidates, count);
      boolean noMore = candidates.size() < want - SPARE || want >= CHOICE_MAX;
      if (chosen.size() == count || noMore) {
        return chosen;
      }
      want = Math.min(CHOICE_MAX, 4 * want);
    }
  }

  private Recommendations.Item item(
      Scored scored, @org.jspecify.annotations.Nullable Float propensity) {
    EmbeddingRow.Origin origin = table.origin(scored.code());
    return new Recommendations.Item(
        domain.ids().id(scored.code()),
        scored.score(),
        origin == null ? "" : origin.name().toLowerCase(Locale.ROOT),
        propensity,
        null,
        null,
        null);
  }

  /** What was taken most lately; where that is too little, any others, newest rows first. */
  List<Recommendations.Item> byPopularity() {
    int count = query.count();
    List<Recommendations.Item> items = new ArrayList<>(count);
    CategoryCap cap = new CategoryCap(domain, query.mix().categoryCap());
    Set<Integer> taken = new HashSet<>();
    for (Popular<Integer> popular : domain.popularity().ranking(Comparator.naturalOrder())) {
      if (items.size() == count) {
        return items;
      }
      add(popular.item(), popular.count(), cap, items, taken);
    }
    for (int row = table.vectors().rows() - 1; row >= 0 && items.size() < count; row--) {
      int code = table.vectors().code(row);
      if (code >= 0) {
        add(code, 0, cap, items, taken);
      }
    }
    return items;
  }

  private void add(
      int code, int score, CategoryCap cap, List<Recommendations.Item> items, Set<Integer> taken) {
    boolean shown = table.isLive(code) && cap.hasRoom(code) && filter.allows(code);
    if (shown && taken.add(code)) {
      cap.take(code);
      items.add(item(new Scored(code, score), null));
    }
  }
}
