package dev.headwater.serving.recommend;

import dev.headwater.client.answers.Recommendations;
import dev.headwater.events.wire.EmbeddingRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Chooses the items of one answer from a pool, mixed as the query asks. */
final class Selection {
  /** Candidates beyond the count, for rows that change or go while the answer is made. */
  private static final int SPARE = 8;

  /** Candidates an item of the answer, where they are put in another order. */
  private static final int CHOICE = 5;

  private static final int CHOICE_MAX = 4_096;

  /** What answers call where a row comes from. */
  private static final Map<EmbeddingRow.Origin, String> ORIGINS =
      Arrays.stream(EmbeddingRow.Origin.values())
          .collect(Collectors.toMap(Function.identity(), Selection::word));

  private final Pool pool;
  private final Query query;

  /**
   * What was chosen.
   *
   * @param scored the answer's items in the pool; empty where that is too small to say
   * @param items the same as the answer names them
   * @param more so many the pool must be able to give; 0 where it was large enough
   */
  record Choice(List<Scored> scored, List<Recommendations.Item> items, int more) {
    private static Choice of(List<Scored> scored, List<Recommendations.Item> items) {
      return new Choice(scored, items, 0);
    }

    /** Returns the same with items that say more. */
    Choice saying(List<Recommendations.Item> more) {
      return Choice.of(scored, more);
    }
  }

  Selection(Pool pool, Query query) {
    this.pool = pool;
    this.query = query;
  }

  private static String word(EmbeddingRow.Origin origin) {
    return origin.name().toLowerCase(Locale.ROOT);
  }

  /** Returns how many items of a pool are looked at first. */
  static int want(Query query) {
    return query.mix().reorders() ? CHOICE * query.count() + SPARE : query.count() + SPARE;
  }

  /** Returns the best items of a source. */
  Choice from(Source source, RandomGenerator random) {
    int want = want(query);
    List<Scored> ranking;
    while (true) {
      if (want > pool.most()) {
        return new Choice(List.of(), List.of(), want);
      }
      List<Scored> candidates = source.best(want);
      ranking = chosen(candidates);
      boolean noMore = candidates.size() < want - SPARE || want >= CHOICE_MAX;
      if (ranking.size() >= query.count() || noMore || !query.mix().reorders()) {
        return placed(ranking, random);
      }
      want = Math.min(CHOICE_MAX, 4 * want);
    }
  }

  private List<Scored> chosen(List<Scored> candidates) {
    int count = query.count();
    if (!query.mix().reorders()) {
      return candidates.subList(0, Math.min(count, candidates.size()));
    }
    int spare = query.mix().explore() > 0 ? SPARE : 0; // new items may take a category's room
    return new Diversifier(pool, cap(), query.mix().diversity()).choose(candidates, count + spare);
  }

  private CategoryCap cap() {
    return new CategoryCap(pool, query.mix().categoryCap());
  }

  private Choice placed(List<Scored> ranking, RandomGenerator random) {
    float share = query.mix().explore();
    if (share <= 0) {
      return Choice.of(ranking, ranking.stream().map(each -> item(each, null)).toList());
    }
    List<Explorer.Placed> placed =
        new Explorer(pool.fresh(Explorer.POOL), share, random, cap()).place(ranking, query.count());
    return Choice.of(
        placed.stream().map(Explorer.Placed::scored).toList(),
        placed.stream().map(each -> item(each.scored(), each.propensity())).toList());
  }

  private Recommendations.Item item(Scored scored, @Nullable Float propensity) {
    EmbeddingRow.Origin origin = pool.origin(scored.code());
    return new Recommendations.Item(
        pool.id(scored.code()),
        scored.score(),
        origin == null ? "" : ORIGINS.getOrDefault(origin, ""),
        propensity,
        null,
        null,
        null);
  }

  /** What was taken most lately; where that is too little, any others, newest rows first. */
  Choice byPopularity() {
    int count = query.count();
    List<Scored> chosen = new ArrayList<>(count);
    CategoryCap cap = cap();
    Set<Integer> taken = new HashSet<>();
    for (Iterator<Scored> all = pool.mostTaken(); chosen.size() < count && all.hasNext(); ) {
      Scored next = all.next();
      int item = next.code();
      boolean shown = pool.isLive(item) && cap.hasRoom(item) && pool.allows(item);
      if (shown && taken.add(item)) {
        cap.take(item);
        chosen.add(next);
      }
    }
    return Choice.of(chosen, chosen.stream().map(each -> item(each, null)).toList());
  }
}
