package dev.headwater.jobs.finetune;

import dev.headwater.events.wire.QualityWindow;
import dev.headwater.events.wire.RankingQuality;
import dev.headwater.idp.online.Example;
import dev.headwater.idp.online.RankingMetrics;
import dev.headwater.idp.online.RecentPopularity;
import dev.headwater.idp.online.RecentPopularity.Popular;
import dev.headwater.idp.online.TableBatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Scores examples before they are learned: what the product would have answered, the published
 * table alone, the frozen one, the never-tuned one, popularity and counts with popularity, on the
 * same examples. For one thread.
 */
final class QualityMeter {
  private static final int COLLAPSE_MIN_WINDOW = 100;
  private static final int COLLAPSE_MIN_TOTAL = 1_000;

  private final Tables tables;
  private final RecentPopularity<String> popularity;
  private final Map<Kind, RankingMetrics> window = metrics();
  private final Map<Kind, RankingMetrics> total = metrics();
  private boolean frozen;
  private long windowFromMs;

  private enum Kind {
    LIVE,
    LEARNED,
    ITEM_KNN_RECENT,
    FROZEN,
    NEVER_TUNED,
    POPULARITY
  }

  QualityMeter(Tables tables, int popularityEvents, long nowMs) {
    this.tables = tables;
    this.popularity = new RecentPopularity<>(popularityEvents);
    this.windowFromMs = nowMs;
  }

  private static Map<Kind, RankingMetrics> metrics() {
    Map<Kind, RankingMetrics> all = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      all.put(kind, new RankingMetrics());
    }
    return all;
  }

  /** Takes the published table as the frozen one; all totals start again. */
  void freeze(Iterable<Row> rows) {
    for (Row row : rows) {
      tables.frozen().set(row.slot, row.published);
    }
    frozen = true;
    total.values().forEach(RankingMetrics::reset);
    window.values().forEach(RankingMetrics::reset);
  }

  boolean isFrozen() {
    return frozen;
  }

  /** An event was seen: it counts for popularity from now on. */
  void seen(String item) {
    popularity.add(item);
  }

  /** The items of the late events, most popular first. */
  List<Popular<String>> recent() {
    return popularity.ranking(Comparator.naturalOrder());
  }

  /** An example was answered before it was learned: ranks of the product and of the simple one. */
  void answered(double live, double itemKnnRecent) {
    add(Kind.LIVE, new double[] {live});
    add(Kind.ITEM_KNN_RECENT, new double[] {itemKnnRecent});
  }

  /** Returns by which tables a batch is ranked before it is learned. */
  List<TableBatch> tables(List<Example> batch) {
    List<TableBatch> compared = new ArrayList<>();
    compared.add(new TableBatch(batch, tables.published()));
    compared.add(new TableBatch(batch, tables.neverTuned()));
    if (frozen) {
      compared.add(new TableBatch(batch, tables.frozen()));
    }
    return compared;
  }

  /** The batch was ranked by those tables: ranks a table. */
  void ranked(List<Example> batch, List<double[]> ranks, int catalog, IntFunction<Row> rows) {
    add(Kind.LEARNED, ranks.get(0));
    add(Kind.NEVER_TUNED, ranks.get(1));
    if (frozen) {
      add(Kind.FROZEN, ranks.get(2));
    }
    double[] popular = new double[batch.size()];
    for (int i = 0; i < popular.length; i++) {
      Example example = batch.get(i);
      Set<String> history = new HashSet<>();
      for (int slot : example.history()) {
        history.add(rows.apply(slot).item);
      }
      popular[i] = popularity.rank(rows.apply(example.target()).item, catalog, history);
    }
    add(Kind.POPULARITY, popular);
  }

  private void add(Kind kind, double[] ranks) {
    for (double rank : ranks) {
      of(window, kind).add(rank);
      of(total, kind).add(rank);
    }
  }

  private static RankingMetrics of(Map<Kind, RankingMetrics> all, Kind kind) {
    RankingMetrics metrics = all.get(kind);
    if (metrics == null) {
      throw new IllegalStateException("no metrics for " + kind);
    }
    return metrics;
  }

  /** Returns the window that ends now, and begins another; counts are still to be set. */
  QualityWindow.Builder endWindow(long nowMs) {
    QualityWindow.Builder result =
        QualityWindow.newBuilder()
            .setFromMs(windowFromMs)
            .setToMs(nowMs)
            .setLive(quality(window, Kind.LIVE))
            .setLearned(quality(window, Kind.LEARNED))
            .setItemKnnRecent(quality(window, Kind.ITEM_KNN_RECENT))
            .setLearnedTotal(quality(total, Kind.LEARNED))
            .setItemKnnRecentTotal(quality(total, Kind.ITEM_KNN_RECENT))
            .setFrozen(quality(window, Kind.FROZEN))
            .setNeverTuned(quality(window, Kind.NEVER_TUNED))
            .setPopularity(quality(window, Kind.POPULARITY))
            .setLiveTotal(quality(total, Kind.LIVE))
            .setFrozenTotal(quality(total, Kind.FROZEN))
            .setNeverTunedTotal(quality(total, Kind.NEVER_TUNED))
            .setPopularityTotal(quality(total, Kind.POPULARITY))
            .setCollapsed(collapsed());
    window.values().forEach(RankingMetrics::reset);
    windowFromMs = nowMs;
    return result;
  }

  /** Half of what it was: far outside what a window of that size does by chance. */
  private boolean collapsed() {
    RankingMetrics now = of(window, Kind.LIVE);
    RankingMetrics all = of(total, Kind.LIVE);
    return now.count() >= COLLAPSE_MIN_WINDOW
        && all.count() >= COLLAPSE_MIN_TOTAL
        && now.hr10() < 0.5 * all.hr10();
  }

  private static RankingQuality quality(Map<Kind, RankingMetrics> all, Kind kind) {
    RankingMetrics metrics = of(all, kind);
    return RankingQuality.newBuilder()
        .setHr10(metrics.hr10())
        .setNdcg10(metrics.ndcg10())
        .setMrr(metrics.mrr())
        .setEvents(metrics.count())
        .build();
  }
}
