package dev.headwater.store.cycle;

import java.util.ArrayDeque;
import java.util.Deque;

/** What a shard's windows were before, and what later ones say against it. Not thread-safe. */
final class QualityReference {
  /** What the newest windows are compared with: 20 minutes of them. */
  static final int WINDOWS = 240;

  private static final long EVENTS_MIN = 1_000;
  private static final long HITS_MIN = 30;
  private static final double SIGMAS = 3;

  /** On the streams of toys, games, grocery and health .2 gave alarms again, .125 none. */
  private static final double CONTROL_SHARE = 0.125;

  private final Deque<QualityCounts> windows = new ArrayDeque<>();
  private long hits;
  private long events;
  private long popularityHits;
  private long countedHits;

  void add(QualityCounts window) {
    windows.addLast(window);
    count(window, 1);
    if (windows.size() > WINDOWS) {
      count(windows.removeFirst(), -1);
    }
  }

  private void count(QualityCounts window, int sign) {
    hits += sign * window.hits();
    events += sign * window.events();
    popularityHits += sign * window.popularityHits();
    countedHits += sign * window.countedHits();
  }

  /** Tells whether there is enough to compare with. */
  boolean says() {
    return events >= EVENTS_MIN && hits >= HITS_MIN;
  }

  /**
   * Tells whether popularity has found enough to compare with. Where it finds little of what
   * answers find, a day without favourites takes little from them.
   */
  boolean hasControl() {
    return popularityHits >= HITS_MIN && popularityHits >= CONTROL_SHARE * hits;
  }

  /** Tells the same of counts, which find much wherever anything is to be found. */
  boolean hasCounts() {
    return countedHits >= HITS_MIN && countedHits >= CONTROL_SHARE * hits;
  }

  double hr10() {
    return hits / (double) events;
  }

  String said() {
    return QualityCounts.said(hits, events);
  }

  String saidOfPopularity() {
    return QualityCounts.said(popularityHits, events);
  }

  /**
   * The logarithm of how much likelier a window's hits are if each answer hits by {@code fall}
   * times its former chance than by its former chance (binomial).
   */
  double fell(QualityCounts window, double fall) {
    double before = lower();
    double after = fall * before;
    return window.hits() * Math.log(fall)
        + (window.events() - window.hits()) * Math.log((1 - after) / (1 - before));
  }

  /**
   * The same of a window's hits among those of answers and of popularity together, whatever the
   * day: of two Poisson counts whose means change by one unknown factor, given their sum the first
   * is binomial.
   */
  double fellBesidePopularity(QualityCounts window, double fall) {
    return fellBeside(popularityHits, window.hits(), window.popularityHits(), fall);
  }

  /** The same beside counts. */
  double fellBesideCounts(QualityCounts window, double fall) {
    return fellBeside(countedHits, window.hits(), window.countedHits(), fall);
  }

  private double fellBeside(long formerHits, long answers, long control, double fall) {
    double former = formerHits / (double) events;
    double before = lower() / (lower() + former);
    double after = fall * lower() / (fall * lower() + former);
    return answers * Math.log(after / before) + control * Math.log((1 - after) / (1 - before));
  }

  private double lower() {
    return QualityCounts.interval(hits, events, SIGMAS)[0];
  }
}
