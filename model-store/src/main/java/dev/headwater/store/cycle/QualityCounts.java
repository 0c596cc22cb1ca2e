package dev.headwater.store.cycle;

import dev.headwater.events.wire.QualityWindow;
import dev.headwater.events.wire.RankingQuality;

/**
 * Hits among the first ten and events of one window of one shard, or of several windows.
 *
 * @param shard whose targets they were
 * @param sinceMs one window before its begin, for that one may be bad in part. Unix milliseconds
 * @param hits of what is answered
 * @param events how many were ranked
 * @param popularityHits of recent popularity, on the same events
 * @param frozenHits of the table that does not learn: the frozen one, the never-tuned one where
 *     none was frozen
 * @param frozenEvents of that table
 * @param countedHits of counts with recent popularity, on the same events
 */
record QualityCounts(
    int shard,
    long sinceMs,
    long hits,
    long events,
    long popularityHits,
    long frozenHits,
    long frozenEvents,
    long countedHits) {
  static QualityCounts of(QualityWindow window) {
    RankingQuality live = window.getLive();
    RankingQuality frozen =
        window.getFrozen().getEvents() > 0 ? window.getFrozen() : window.getNeverTuned();
    return new QualityCounts(
        window.getShard(),
        2 * window.getFromMs() - window.getToMs(),
        hits(live),
        live.getEvents(),
        hits(window.getPopularity()),
        hits(frozen),
        frozen.getEvents(),
        hits(window.getItemKnnRecent()));
  }

  private static long hits(RankingQuality quality) {
    return Math.round(quality.getHr10() * quality.getEvents());
  }

  static QualityCounts sumOf(Iterable<QualityCounts> windows) {
    QualityCounts sum = new QualityCounts(0, Long.MAX_VALUE, 0, 0, 0, 0, 0, 0);
    for (QualityCounts each : windows) {
      sum =
          new QualityCounts(
              0,
              Math.min(sum.sinceMs, each.sinceMs),
              sum.hits + each.hits,
              sum.events + each.events,
              sum.popularityHits + each.popularityHits,
              sum.frozenHits + each.frozenHits,
              sum.frozenEvents + each.frozenEvents,
              sum.countedHits + each.countedHits);
    }
    return sum;
  }

  double hr10() {
    return hits / (double) Math.max(1, events);
  }

  /** HR@10 of what is answered, for a person. */
  String said() {
    return said(hits, events);
  }

  /** A share with its 99 % interval. */
  static String said(long hits, long events) {
    double[] interval = interval(hits, events, 2.576);
    return "%.4f (%.4f to %.4f)"
        .formatted(hits / (double) Math.max(1, events), interval[0], interval[1]);
  }

  /** Wilson's interval of a share (E. B. Wilson, JASA 22, 1927): lower and upper end. */
  static double[] interval(long hits, long events, double sigmas) {
    double n = Math.max(1, events);
    double share = hits / n;
    double z2 = sigmas * sigmas;
    double centre = share + z2 / (2 * n);
    double half = sigmas * Math.sqrt(share * (1 - share) / n + z2 / (4 * n * n));
    return new double[] {(centre - half) / (1 + z2 / n), (centre + half) / (1 + z2 / n)};
  }
}
