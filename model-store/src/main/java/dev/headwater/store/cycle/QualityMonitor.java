package dev.headwater.store.cycle;

import dev.headwater.events.wire.QualityWindow;
import dev.headwater.events.wire.RankingQuality;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells from prequential windows when the HR@10 of what is answered has fallen by more than chance
 * does. Two rules, each of which is enough:
 *
 * <ul>
 *   <li><b>Against the windows before</b>: Page's CUSUM (E. S. Page, Biometrika 41, 1954) of the
 *       binomial log likelihood ratio of {@value #FALL} of the former HR@10 to the former HR@10. It
 *       rises while windows look like the fall and rests at 0 else; while nothing has fallen it
 *       reaches ln {@value #WINDOWS_TO_FALSE_ALARM} once in so many windows at most (G. Lorden,
 *       Ann. Math. Statist. 42, 1971). Where it last left 0 is where the fall began. The former
 *       HR@10 is the lower end of its own interval over the windows before that, so that it is no
 *       noise either, and is kept by shard, for each has targets of its own.
 *   <li><b>Against the table that does not learn</b> (the frozen one, the never-tuned one where
 *       none was frozen): over the newest {@value #POOL} windows the HR@10 of what is answered lies
 *       {@value #SIGMAS} standard errors below {@value #BELOW_FROZEN} of that table's on the same
 *       events.
 * </ul>
 *
 * <p>A fall ends when the CUSUM is back at 0 and the other rule's difference gone. Windows of a
 * fall never become what later ones are compared with. Not thread-safe.
 */
public final class QualityMonitor {
  /** The share of the former HR@10 that is a fall; the middle between it and 1 is none yet. */
  static final double FALL = 0.7;

  /** At 720 windows an hour more than 1,000 quiet hours to a false alarm. */
  static final double WINDOWS_TO_FALSE_ALARM = 1e6;

  static final double BELOW_FROZEN = 0.9;
  static final double SIGMAS = 5;
  static final int POOL = 60;

  private static final double ALARM = Math.log(WINDOWS_TO_FALSE_ALARM);
  private static final int REFERENCE_WINDOWS = 240;
  private static final long REFERENCE_EVENTS_MIN = 1_000;
  private static final double REFERENCE_SIGMAS = 3;
  private static final long HITS_MIN = 30;

  private final Map<Integer, Reference> references = new HashMap<>();
  private final Deque<Counts> pool = new ArrayDeque<>();
  private final List<Counts> run = new ArrayList<>();
  private double sum;
  private boolean fallen;
  private boolean belowFrozen;
  private @Nullable Counts newest;
  private @Nullable Fall fall;

  /**
   * A fall that goes on.
   *
   * @param sinceMs from when on something may have been learned badly: one window before the first
   *     that is part of it, for that one may be bad in part. Unix milliseconds
   * @param details for a person, with the numbers compared
   */
  public record Fall(long sinceMs, String details) {}

  /** Hits and events of one window of one shard. */
  private record Counts(
      int shard, long sinceMs, long hits, long events, long frozenHits, long frozenEvents) {
    static Counts of(QualityWindow window) {
      RankingQuality live = window.getLive();
      RankingQuality frozen =
          window.getFrozen().getEvents() > 0 ? window.getFrozen() : window.getNeverTuned();
      return new Counts(
          window.getShard(),
          2 * window.getFromMs() - window.getToMs(),
          hits(live),
          live.getEvents(),
          hits(frozen),
          frozen.getEvents());
    }

    private static long hits(RankingQuality quality) {
      return Math.round(quality.getHr10() * quality.getEvents());
    }
  }

  /** What a shard's windows were before. */
  private static final class Reference {
    private final Deque<Counts> windows = new ArrayDeque<>();
    private long hits;
    private long events;

    void add(Counts window) {
      windows.addLast(window);
      hits += window.hits;
      events += window.events;
      if (windows.size() > REFERENCE_WINDOWS) {
        Counts oldest = windows.removeFirst();
        hits -= oldest.hits;
        events -= oldest.events;
      }
    }

    boolean says() {
      return events >= REFERENCE_EVENTS_MIN && hits >= HITS_MIN;
    }

    double hr10() {
      return hits / (double) events;
    }

    double lower() {
      return interval(hits, events, REFERENCE_SIGMAS)[0];
    }
  }

  /** Takes the next window of any shard. */
  public void take(QualityWindow window) {
    Counts counts = Counts.of(window);
    if (counts.events == 0) {
      return;
    }
    newest = counts;
    againstBefore(counts);
    againstFrozen(counts);
    if (!fallen && !belowFrozen) {
      fall = null;
    }
  }

  private void againstBefore(Counts window) {
    Reference reference = references.computeIfAbsent(window.shard, shard -> new Reference());
    if (!reference.says()) {
      reference.add(window);
      return;
    }
    double before = reference.lower();
    double after = FALL * before;
    sum +=
        window.hits * Math.log(FALL)
            + (window.events - window.hits) * Math.log((1 - after) / (1 - before));
    if (sum <= 0) {
      calm(window);
      return;
    }
    if (!fallen) {
      run.add(window);
    }
    if (sum >= ALARM) {
      sum = ALARM; // so that as many good windows end it however long it lasts
      if (!fallen) {
        fallen = true;
        fell(run.get(0).sinceMs, saidBefore(reference));
        run.clear();
      }
    }
  }

  /** What looked like a fall was none, or is over: later windows are compared with these too. */
  private void calm(Counts window) {
    run.add(window);
    run.forEach(each -> references.computeIfAbsent(each.shard, s -> new Reference()).add(each));
    run.clear();
    sum = 0;
    fallen = false;
  }

  private void againstFrozen(Counts window) {
    pool.addLast(window);
    if (pool.size() > POOL) {
      pool.removeFirst();
    }
    Counts all = sumOf(pool);
    if (all.frozenHits < HITS_MIN) {
      belowFrozen = false;
      return;
    }
    double live = all.hits / (double) all.events;
    double frozen = all.frozenHits / (double) all.frozenEvents;
    double variance =
        live * (1 - live) / all.events
            + BELOW_FROZEN * BELOW_FROZEN * frozen * (1 - frozen) / all.frozenEvents;
    double below = (BELOW_FROZEN * frozen - live) / Math.sqrt(Math.max(variance, 1e-12));
    if (below >= SIGMAS && !belowFrozen) {
      belowFrozen = true;
      fell(
          all.sinceMs,
          "HR@10 %s, of the table that does not learn %s"
              .formatted(said(all.hits, all.events), said(all.frozenHits, all.frozenEvents)));
    } else if (below <= 0) {
      belowFrozen = false;
    }
  }

  private void fell(long sinceMs, String details) {
    if (fall == null || sinceMs < fall.sinceMs()) {
      fall = new Fall(sinceMs, details);
    }
  }

  private String saidBefore(Reference reference) {
    Counts now = sumOf(run);
    return "HR@10 %s in %d windows, before %s"
        .formatted(said(now.hits, now.events), run.size(), said(reference.hits, reference.events));
  }

  private static Counts sumOf(Iterable<Counts> windows) {
    Counts sum = new Counts(0, Long.MAX_VALUE, 0, 0, 0, 0);
    for (Counts each : windows) {
      sum =
          new Counts(
              0,
              Math.min(sum.sinceMs, each.sinceMs),
              sum.hits + each.hits,
              sum.events + each.events,
              sum.frozenHits + each.frozenHits,
              sum.frozenEvents + each.frozenEvents);
    }
    return sum;
  }

  /** A share with its 99 % interval. */
  private static String said(long hits, long events) {
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

  /** Returns the fall that goes on, null while there is none. */
  public @Nullable Fall fall() {
    return fall;
  }

  /** Returns how the newest window stands to those before, for a person. */
  public String details() {
    Counts now = newest;
    if (now == null) {
      return "no window yet";
    }
    Reference reference = references.get(now.shard);
    return reference == null || !reference.says()
        ? "too few events yet to compare with"
        : "HR@10 %.4f, before %.4f".formatted(now.hits / (double) now.events, reference.hr10());
  }
}
