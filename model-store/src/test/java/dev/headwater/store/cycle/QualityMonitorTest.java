package dev.headwater.store.cycle;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.events.wire.QualityWindow;
import dev.headwater.events.wire.RankingQuality;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QualityMonitorTest {
  private static final long WINDOW_MS = 5_000;
  private static final int HOUR = 720;

  private final SplittableRandom random = new SplittableRandom(11);
  private QualityMonitor monitor = new QualityMonitor();
  private long nowMs;

  /** A window of this many events, each a hit of either table by its own chance. */
  private void window(int events, double live, double frozen) {
    window(0, events, live, frozen);
  }

  private void window(int shard, int events, double live, double frozen) {
    window(shard, events, live, frozen, 0.1);
  }

  private void window(int shard, int events, double live, double frozen, double popularity) {
    window(shard, events, live, frozen, popularity, 0);
  }

  private void window(
      int shard, int events, double live, double frozen, double popularity, double counted) {
    monitor.take(
        QualityWindow.newBuilder()
            .setDomain("toys")
            .setModel("m1")
            .setShard(shard)
            .setFromMs(nowMs)
            .setToMs(nowMs + WINDOW_MS)
            .setLive(quality(events, live))
            .setFrozen(quality(events, frozen))
            .setPopularity(quality(events, popularity))
            .setItemKnnRecent(quality(events, counted))
            .build());
    nowMs += WINDOW_MS;
  }

  private RankingQuality quality(int events, double chance) {
    int hits = 0;
    for (int i = 0; i < events; i++) {
      hits += random.nextDouble() < chance ? 1 : 0;
    }
    return RankingQuality.newBuilder().setHr10(hits / (double) events).setEvents(events).build();
  }

  private void calm(int windows) {
    for (int i = 0; i < windows; i++) {
      window(100, 0.3, 0.28);
    }
  }

  /** Windows until the fall is seen, 100 at most. */
  private int detect(int events, double live, double frozen) {
    return detect(events, live, frozen, 0.1);
  }

  private int detect(int events, double live, double frozen, double popularity) {
    for (int i = 1; i <= 100; i++) {
      window(0, events, live, frozen, popularity);
      if (monitor.fall() != null) {
        return i;
      }
    }
    return 101;
  }

  /**
   * Two hundred hours in which nothing falls, but chances go up and down by a tenth over the day
   * and by a tenth more over minutes, as streams of people do.
   */
  @ParameterizedTest
  @CsvSource({"20, 0.3", "100, 0.05", "100, 0.3", "500, 0.12"})
  void quietHoursGiveNoAlarm(int events, double chance) {
    int alarms = 0;
    double minutes = 0;
    boolean before = false;
    for (int i = 0; i < 200 * HOUR; i++) {
      minutes = 0.98 * minutes + 0.02 * (random.nextDouble() * 2 - 1);
      double now = chance * (1 + 0.1 * Math.sin(2 * Math.PI * i / (24.0 * HOUR)) + 0.58 * minutes);
      window(Math.max(1, (int) (events * (0.5 + random.nextDouble()))), now, 0.95 * now);
      boolean fallen = monitor.fall() != null;
      alarms += fallen && !before ? 1 : 0;
      before = fallen;
    }
    assertThat(alarms)
        .as("alarms at %d events a window, HR@10 %.2f", events, chance)
        .isLessThanOrEqualTo(1);
  }

  /**
   * Real streams have days of few favourites and days of many: in grocery's, by thousands of
   * events, answers find .60 and popularity .51, then .36 and .26; in toys' .19 and .12, then .11
   * and .04. That is the market's, and not learning's.
   */
  @ParameterizedTest
  @CsvSource({"20, 0.6, 0.5", "100, 0.6, 0.5", "100, 0.19, 0.12", "500, 0.6, 0.5"})
  void daysThatAreHarderForEverybodyAreNoFall(int events, double chance, double popularity) {
    int alarms = 0;
    boolean before = false;
    for (int i = 0; i < 200 * HOUR; i++) {
      double harder = (i / 120) % 2 == 0 ? 1 : 0.5; // from one window to the next
      window(0, events, harder * chance, 0.3 * harder * chance, harder * popularity);
      boolean fallen = monitor.fall() != null;
      alarms += fallen && !before ? 1 : 0;
      before = fallen;
    }
    assertThat(alarms).isLessThanOrEqualTo(1);
  }

  @Test
  void onAHarderDayBadLearningIsSeenToo() {
    calm(100);
    for (int i = 0; i < 50; i++) {
      window(0, 500, 0.15, 0.14, 0.05);
    }
    assertThat(monitor.fall()).isNull();
    int windows = 0;
    while (monitor.fall() == null) {
      window(0, 500, 0.05, 0.05, 0.05);
      windows++;
    }
    assertThat(windows).isLessThanOrEqualTo(6);
  }

  /** As a burst of new users did: nobody guesses much of them, and popularity never found much. */
  @Test
  void whereCountsFellAlongAndPopularityFindsNothingItIsTheMarket() {
    int alarms = 0;
    for (int run = 0; run < 100; run++) {
      monitor = new QualityMonitor();
      for (int i = 0; i < 60; i++) {
        window(0, 400, 0.49, 0.13, 0.02, 0.36);
      }
      for (int i = 0; i < 5; i++) {
        window(0, 330, 0.29, 0.07, 0.02, 0.21);
        alarms += monitor.fall() != null ? 1 : 0;
      }
    }
    assertThat(alarms).as("windows of 500 taken for a fall").isLessThan(10);
  }

  @Test
  void whereCountsDidNotFallOrAnswersFellToLessThanHalfItIsLearning() {
    for (int i = 0; i < 60; i++) {
      window(0, 400, 0.49, 0.13, 0.02, 0.36);
    }
    for (int i = 0; i < 2; i++) {
      window(0, 400, 0.29, 0.13, 0.02, 0.36);
    }
    assertThat(monitor.fall()).as("counts did not").isNotNull();
    monitor = new QualityMonitor();
    for (int i = 0; i < 60; i++) {
      window(0, 400, 0.49, 0.13, 0.02, 0.36);
    }
    window(0, 400, 0.12, 0.01, 0.02, 0.08);
    assertThat(monitor.fall()).as("clicks are garbage").isNotNull();
  }

  /** Good clicks in the window in which the bad ones began do not hide them in those after it. */
  @Test
  void goodClicksBeforeGarbageInTheSameWindowExcuseNoneOfTheNext() {
    int seenAtOnce = 0;
    for (int run = 0; run < 100; run++) {
      monitor = new QualityMonitor();
      for (int i = 0; i < 60; i++) {
        window(0, 270, 0.2, 0.02, 0.015, 0.15);
      }
      window(0, 270, 0.14, 0.01, 0.011, 0.1);
      window(0, 270, 0.01, 0.002, 0.002, 0.01);
      seenAtOnce += monitor.fall() != null ? 1 : 0;
    }
    assertThat(seenAtOnce).as("of 100 seen by the first window of garbage").isGreaterThan(90);
  }

  @ParameterizedTest
  @CsvSource({"100, .1, 5, 15", "500, .1, 1, 4", "100, .02, 3, 5", "500, .02, 1, 1"})
  void shuffledTargetsAreSeenWithinWindows(int events, double popularity, int median, int most) {
    List<Integer> windows = new ArrayList<>();
    for (int run = 0; run < 200; run++) {
      monitor = new QualityMonitor();
      for (int i = 0; i < 100; i++) {
        window(0, events, 0.3, 0.28, popularity);
      }
      assertThat(monitor.fall()).isNull();
      windows.add(detect(events, 0.12, 0.12, popularity));
    }
    Collections.sort(windows);
    assertThat(windows.get(100)).isLessThanOrEqualTo(median);
    assertThat(windows.get(199))
        .as("windows of %d events at most; in the median %d", events, windows.get(100))
        .isLessThanOrEqualTo(most);
  }

  @Test
  void aFallSaysSinceWhenAndByHowMuch() {
    calm(100);
    long beganMs = nowMs;
    detect(100, 0.12, 0.12);
    QualityMonitor.Fall fall = requireNonNull(monitor.fall());
    assertThat(fall.sinceMs()).isBetween(beganMs - 6 * WINDOW_MS, beganMs - WINDOW_MS);
    assertThat(fall.details()).contains("HR@10 0.1", "windows, before 0.3");
  }

  @Test
  void whatHasFallenIsNeverWhatLaterWindowsAreComparedWith() {
    calm(100);
    detect(100, 0.12, 0.12);
    for (int i = 0; i < 2 * HOUR; i++) {
      window(100, 0.12, 0.12);
      assertThat(monitor.fall()).isNotNull();
    }
    calm(30);
    assertThat(monitor.fall()).as("it is over").isNull();
    assertThat(detect(100, 0.12, 0.12)).as("and can come again").isLessThan(15);
  }

  @Test
  void lessThanTheTableThatDoesNotLearnIsAFallHoweverSlowlyItCame() {
    for (int i = 0; i < 20 * HOUR; i++) {
      window(100, 0.3 - 0.1 * i / (20 * HOUR), 0.3);
    }
    QualityMonitor.Fall fall = requireNonNull(monitor.fall());
    assertThat(fall.details()).contains("of the table that does not learn 0.3");
    for (int i = 0; i < 60; i++) {
      window(100, 0.3, 0.3);
    }
    assertThat(monitor.fall()).isNull();
  }

  @Test
  void withoutAFrozenTableTheNeverTunedOneIsComparedWith() {
    for (int i = 0; i < 60; i++) {
      monitor.take(
          QualityWindow.newBuilder()
              .setLive(quality(100, 0.1))
              .setNeverTuned(quality(100, 0.3))
              .build());
    }
    assertThat(monitor.fall()).isNotNull();
  }

  /** One shard's targets are harder than another's: that is no fall, and each can fall. */
  @Test
  void shardsAreComparedWithThemselves() {
    for (int i = 0; i < 5 * HOUR; i++) {
      window(0, 150, 0.4, 0.38);
      window(1, 50, 0.15, 0.14);
    }
    assertThat(monitor.fall()).isNull();
    for (int i = 0; i < 5; i++) {
      window(0, 150, 0.15, 0.15);
      window(1, 50, 0.06, 0.06);
    }
    assertThat(monitor.fall()).isNotNull();
  }

  @Test
  void windowsWithoutEventsOrWithoutABeforeSayNothing() {
    monitor.take(QualityWindow.getDefaultInstance());
    assertThat(monitor.details()).isEqualTo("no window yet");
    for (int i = 0; i < 8; i++) {
      window(100, 0.3, 0.28);
    }
    detect(1, 0, 0);
    assertThat(monitor.fall()).isNull();
    assertThat(monitor.details()).contains("too few events");
  }

  @Test
  void theIntervalIsWilsons() {
    double[] interval = QualityCounts.interval(10, 100, 1.96);
    assertThat(interval[0]).isCloseTo(0.0552, within(1e-4));
    assertThat(interval[1]).isCloseTo(0.1744, within(1e-4));
  }
}
