package dev.headwater.store.cycle;

import dev.headwater.events.wire.QualityWindow;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells from prequential windows when the HR@10 of what is answered has fallen by more than chance
 * and the market do. Two rules, each of which is enough:
 *
 * <ul>
 *   <li><b>Against the windows before</b>: Page's CUSUM (E. S. Page, Biometrika 41, 1954) of the
 *       binomial log likelihood ratio of {@value #FALL} of the former HR@10 to the former HR@10. It
 *       rises while windows look like the fall and rests at 0 else; while nothing has fallen it
 *       reaches ln {@value #WINDOWS_TO_FALSE_ALARM} once in so many windows at most (G. Lorden,
 *       Ann. Math. Statist. 42, 1971). Where it last left 0 is where the fall began. The former
 *       HR@10 is the lower end of its own interval over the windows before that, so that it is no
 *       noise either, and is kept by shard, for each has targets of its own.
 *       <p>Some days are harder to guess than others, whoever guesses. So what has fallen is held
 *       against recent popularity, which no bad learning touches, in the same windows: {@value
 *       #FALL_ODDS} to 1 that answers fell more than it did is a fall, {@value #MARKET_ODDS} to 1
 *       that they did not is the market, and what is between waits for another window. Windows of
 *       the market are what later ones are compared with.
 *       <p>Where popularity finds next to nothing it says nothing, and what has fallen is a fall:
 *       unless answers still find {@value #STILL} of what they found, in the newest windows as in
 *       all of them, and counts say, by the same odds, that it is the market. Many new users at
 *       once look so: of whom little is known, nobody guesses much. Bad learning does not touch
 *       counts; garbage for clicks does, and takes more than half from both.
 *   <li><b>Against the table that does not learn</b> (the frozen one, the never-tuned one where
 *       none was frozen): over the newest {@value #POOL} windows the HR@10 of what is answered lies
 *       {@value #SIGMAS} standard errors below {@value #BELOW_FROZEN} of that table's on the same
 *       events.
 * </ul>
 *
 * <p>A fall ends when the CUSUM is back at 0, or the market's, and the other rule's difference
 * gone. Windows of a fall never become what later ones are compared with. Not thread-safe.
 */
public final class QualityMonitor {
  /** The share of the former HR@10 that is a fall; the middle between it and 1 is none yet. */
  static final double FALL = 0.7;

  /** At 720 windows an hour more than 1,000 quiet hours to a false alarm. */
  static final double WINDOWS_TO_FALSE_ALARM = 1e6;

  static final double FALL_ODDS = 1_000;
  static final double MARKET_ODDS = 10;

  /** Counts may not excuse a fall to less than this. */
  static final double STILL = 0.5;

  static final double BELOW_FROZEN = 0.9;
  static final double SIGMAS = 5;
  static final int POOL = 60;

  private static final double ALARM = Math.log(WINDOWS_TO_FALSE_ALARM);
  private static final long HITS_MIN = 30;

  /** Falls that popularity is asked about: the likeliest of them counts. */
  private static final double[] FALLS = {FALL, 0.5, 0.3, 0.15, 0.05};

  private final Map<Integer, QualityReference> references = new HashMap<>();
  private final Deque<QualityCounts> pool = new ArrayDeque<>();
  private final Deque<QualityCounts> run = new ArrayDeque<>();
  private double sum;
  private boolean fallen;
  private boolean belowFrozen;
  private @Nullable QualityCounts newest;
  private @Nullable Fall fall;

  /** What popularity says of windows that look like a fall. */
  private enum Verdict {
    FALL,
    MARKET,
    WAIT
  }

  /**
   * A fall that goes on.
   *
   * @param sinceMs from when on something may have been learned badly: one window before the first
   *     that is part of it, for that one may be bad in part. Unix milliseconds
   * @param details for a person, with the numbers compared
   */
  public record Fall(long sinceMs, String details) {}

  /** Takes the next window of any shard. */
  public void take(QualityWindow window) {
    QualityCounts counts = QualityCounts.of(window);
    if (counts.events() == 0) {
      return;
    }
    newest = counts;
    againstBefore(counts);
    againstFrozen(counts);
    if (!fallen && !belowFrozen) {
      fall = null;
    }
  }

  private QualityReference reference(QualityCounts window) {
    return references.computeIfAbsent(window.shard(), shard -> new QualityReference());
  }

  private void againstBefore(QualityCounts window) {
    QualityReference reference = reference(window);
    if (!reference.says()) {
      reference.add(window);
      return;
    }
    sum += reference.fell(window, FALL);
    run.addLast(window);
    if (sum <= 0) {
      calm();
    } else if (sum >= ALARM) {
      sum = ALARM; // so that as many good windows end it however long it lasts
      judge(reference);
    } else if (fallen) {
      forgetOldest(POOL);
    }
  }

  private void judge(QualityReference reference) {
    Verdict verdict = verdict();
    if (verdict == Verdict.MARKET) {
      calm();
    } else if (verdict == Verdict.FALL && !fallen) {
      fallen = true;
      fell(run.getFirst().sinceMs(), saidBefore(reference));
    } else {
      forgetOldest(fallen ? POOL : QualityReference.WINDOWS);
    }
  }

  private void forgetOldest(int most) {
    while (run.size() > most) {
      run.removeFirst();
    }
  }

  private Verdict verdict() {
    if (run.stream().allMatch(window -> reference(window).hasControl())) {
      return verdict(QualityReference::fellBesidePopularity);
    }
    boolean counted = run.stream().allMatch(window -> reference(window).hasCounts());
    return counted && stillFinds() ? verdict(QualityReference::fellBesideCounts) : Verdict.FALL;
  }

  /**
   * Tells whether it may be chance that answers find less than half, since whichever window: good
   * clicks in the one in which bad ones began excuse none of those after it.
   */
  private boolean stillFinds() {
    double expected = 0;
    long hits = 0;
    long events = 0;
    for (Iterator<QualityCounts> back = run.descendingIterator(); back.hasNext(); ) {
      QualityCounts window = back.next();
      expected += reference(window).hr10() * window.events();
      hits += window.hits();
      events += window.events();
      if (QualityCounts.interval(hits, events, 3)[1] * events < STILL * expected) {
        return false;
      }
    }
    return true;
  }

  /** How much likelier a fall of answers alone is than one of all. */
  @FunctionalInterface
  private interface Beside {
    double odds(QualityReference reference, QualityCounts window, double fall);
  }

  private Verdict verdict(Beside control) {
    double likeliest = Double.NEGATIVE_INFINITY;
    double least = 0;
    for (double each : FALLS) {
      double odds = 0;
      for (QualityCounts window : run) {
        odds += control.odds(reference(window), window, each);
      }
      likeliest = Math.max(likeliest, odds);
      least = each == FALL ? odds : least;
    }
    if (least <= -Math.log(MARKET_ODDS)) {
      return Verdict.MARKET;
    }
    return likeliest >= Math.log(FALL_ODDS) ? Verdict.FALL : Verdict.WAIT;
  }

  /** What looked like a fall was none, or is over: later windows are compared with these too. */
  private void calm() {
    run.forEach(each -> reference(each).add(each));
    run.clear();
    sum = 0;
    fallen = false;
  }

  private void againstFrozen(QualityCounts window) {
    pool.addLast(window);
    if (pool.size() > POOL) {
      pool.removeFirst();
    }
    QualityCounts all = QualityCounts.sumOf(pool);
    if (all.frozenHits() < HITS_MIN) {
      belowFrozen = false;
      return;
    }
    double live = all.hr10();
    double frozen = all.frozenHits() / (double) all.frozenEvents();
    double variance =
        live * (1 - live) / all.events()
            + BELOW_FROZEN * BELOW_FROZEN * frozen * (1 - frozen) / all.frozenEvents();
    double below = (BELOW_FROZEN * frozen - live) / Math.sqrt(Math.max(variance, 1e-12));
    if (below >= SIGMAS && !belowFrozen) {
      belowFrozen = true;
      fell(
          all.sinceMs(),
          "HR@10 %s, of the table that does not learn %s"
              .formatted(all.said(), QualityCounts.said(all.frozenHits(), all.frozenEvents())));
    } else if (below <= 0) {
      belowFrozen = false;
    }
  }

  private void fell(long sinceMs, String details) {
    if (fall == null || sinceMs < fall.sinceMs()) {
      fall = new Fall(sinceMs, details);
    }
  }

  private String saidBefore(QualityReference reference) {
    QualityCounts now = QualityCounts.sumOf(run);
    return "HR@10 %s in %d windows, before %s; popularity %s, before %s"
        .formatted(
            now.said(),
            run.size(),
            reference.said(),
            QualityCounts.said(now.popularityHits(), now.events()),
            reference.saidOfPopularity());
  }

  /** Returns the fall that goes on, null while there is none. */
  public @Nullable Fall fall() {
    return fall;
  }

  /** Returns how the newest window stands to those before, for a person. */
  public String details() {
    QualityCounts now = newest;
    if (now == null) {
      return "no window yet";
    }
    QualityReference reference = references.get(now.shard());
    return reference == null || !reference.says()
        ? "too few events yet to compare with"
        : "HR@10 %.4f, before %.4f".formatted(now.hr10(), reference.hr10());
  }
}
