package dev.headwater.serving.lag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.client.answers.LagReport;
import dev.headwater.events.Heartbeat;
import dev.headwater.events.Heartbeat.Hop;
import dev.headwater.events.Heartbeat.Path;
import dev.headwater.serving.lag.LagBook.Way;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LagBookTest {
  private static final Way CLICKS = new Way("shop", Path.CLICKS);
  private static final long START = 1_760_000_000_000L;

  private final Ticking clock = new Ticking();
  private final List<String> measured = new ArrayList<>();
  private final LagBook book =
      new LagBook(
          "node-1",
          HeartbeatConfig.DEFAULT,
          clock,
          (way, hop, lagMs) -> measured.add(hop.code() + "=" + lagMs));
  private long seq;

  private static final class Ticking extends Clock {
    private long now = START;

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(now);
    }
  }

  private LagReport.HopReading reading(Hop hop) {
    return book.report().hops().stream()
        .filter(each -> each.path().equals("clicks") && each.hop().equals(hop.code()))
        .findFirst()
        .orElseThrow();
  }

  private String state(Hop hop) {
    return reading(hop).state();
  }

  private Heartbeat publish() {
    return publish(0);
  }

  private Heartbeat publish(int partition) {
    return book.publish(CLICKS, partition, ++seq);
  }

  private void after(long ms) {
    clock.now += ms;
  }

  private void returned(Hop hop, Heartbeat beat) {
    book.returned(hop, "shop", beat);
  }

  /** Ingest 40 ms, fine-tune 300 ms, store 25 ms behind it, serving 10 ms behind it. */
  private void round(long ingestClockMs, long jobClockMs) {
    Heartbeat beat = publish();
    after(40);
    Heartbeat ingested = beat.passed(Hop.INGEST, clock.now - 5 + ingestClockMs);
    returned(Hop.INGEST, ingested);
    after(300);
    Heartbeat sent = ingested.passed(Hop.FINE_TUNE, clock.now + jobClockMs);
    after(10);
    returned(Hop.FINE_TUNE, sent);
    after(15);
    returned(Hop.STORE, sent.passed(Hop.STORE, clock.now));
    after(1_635);
  }

  @Test
  void sharesTheTimeOutAmongTheHops() {
    round(0, 0);
    assertThat(measured)
        .containsExactly("ingest=40", "fine-tune=300", "serving=10", "end-to-end=350", "store=25");
    assertThat(reading(Hop.END_TO_END).seconds()).isEqualTo(0.35);
    assertThat(reading(Hop.END_TO_END).p99Seconds()).isEqualTo(0.35);
    assertThat(reading(Hop.INGEST).lastHeartbeatMs()).isEqualTo(START + 40);
  }

  @Test
  void isIdleWithoutRealRecordsAndLiveWithThem() {
    round(0, 0);
    assertThat(state(Hop.INGEST)).isEqualTo("idle");
    book.real(CLICKS, List.of(Hop.INGEST));
    assertThat(state(Hop.INGEST)).isEqualTo("live");
    assertThat(state(Hop.FINE_TUNE)).isEqualTo("idle");
    for (int i = 0; i < 31; i++) {
      round(0, 0);
    }
    assertThat(state(Hop.INGEST)).as("a minute without a click").isEqualTo("idle");
  }

  @Test
  void aHopThatPassesHeartbeatsLateIsSlowAndItsLagGrowsWhileOneWaits() {
    round(0, 0);
    Heartbeat beat = publish();
    after(4_000);
    assertThat(state(Hop.INGEST)).isEqualTo("slow");
    assertThat(reading(Hop.INGEST).seconds()).isEqualTo(4);
    returned(Hop.INGEST, beat.passed(Hop.INGEST, clock.now));
    assertThat(reading(Hop.INGEST).seconds()).isEqualTo(4);
    assertThat(state(Hop.INGEST)).isEqualTo("slow");
  }

  /** Twenty seconds late, but one passes every two: late is not stopped. */
  @Test
  void aSteadyLongLagIsSlowAndNotStopped() {
    List<Heartbeat> under = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      under.add(publish());
      after(2_000);
      if (i >= 10) {
        returned(Hop.INGEST, under.get(i - 10).passed(Hop.INGEST, clock.now));
      }
    }
    assertThat(state(Hop.INGEST)).isEqualTo("slow");
    assertThat(reading(Hop.INGEST).seconds()).isEqualTo(22);
  }

  @Test
  void namesTheHopThatStoppedWithinFifteenSecondsAndNotThoseBehindIt() {
    book.real(CLICKS, Path.CLICKS.hops());
    round(0, 0);
    long stoppedAt = clock.now;
    while (!state(Hop.INGEST).equals("stopped")) {
      publish();
      after(500);
      assertThat(clock.now - stoppedAt).isLessThanOrEqualTo(15_000);
    }
    assertThat(state(Hop.FINE_TUNE)).isEqualTo("idle");
    assertThat(state(Hop.STORE)).isEqualTo("idle");
    assertThat(state(Hop.SERVING)).isEqualTo("idle");
    assertThat(state(Hop.END_TO_END)).isEqualTo("stopped");
    assertThat(reading(Hop.INGEST).seconds()).isGreaterThanOrEqualTo(11);
    assertThat(book.ageSeconds(CLICKS, Hop.INGEST)).isGreaterThanOrEqualTo(11);
    assertThat(book.report().anyStopped()).isTrue();
    round(0, 0);
    assertThat(state(Hop.INGEST)).isIn("idle", "live");
  }

  @Test
  void aJobThatStoppedIsNotIngestsFault() {
    round(0, 0);
    for (int i = 0; i < 7; i++) {
      Heartbeat beat = publish();
      after(40);
      returned(Hop.INGEST, beat.passed(Hop.INGEST, clock.now));
      after(1_960);
    }
    assertThat(state(Hop.INGEST)).isEqualTo("idle");
    assertThat(state(Hop.FINE_TUNE)).isEqualTo("stopped");
    assertThat(state(Hop.STORE)).isEqualTo("idle");
  }

  @Test
  void aStoreThatStoppedIsSeenThoughServingGoesOn() {
    for (int i = 0; i < 7; i++) {
      Heartbeat beat = publish();
      after(40);
      returned(Hop.INGEST, beat.passed(Hop.INGEST, clock.now));
      returned(Hop.FINE_TUNE, beat.passed(Hop.FINE_TUNE, clock.now));
      after(1_960);
    }
    assertThat(state(Hop.STORE)).isEqualTo("stopped");
    assertThat(state(Hop.SERVING)).isEqualTo("idle");
    assertThat(state(Hop.END_TO_END)).isEqualTo("idle");
  }

  @Test
  void oneStuckPartitionOfManyCounts() {
    for (int i = 0; i < 7; i++) {
      publish(1);
      Heartbeat beat = publish(0);
      after(40);
      returned(Hop.INGEST, beat.passed(Hop.INGEST, clock.now));
      after(1_960);
    }
    assertThat(state(Hop.INGEST)).isEqualTo("stopped");
    assertThat(reading(Hop.INGEST).lastHeartbeatMs()).isZero();
  }

  @Test
  void isIdleBeforeTheFirstHeartbeatCanHaveReturned() {
    publish();
    after(2_000);
    assertThat(state(Hop.INGEST)).isEqualTo("idle");
    assertThat(book.report().anyStopped()).isFalse();
  }

  @Test
  void whileKafkaIsAwayThePathHasStoppedAndIngestIsNotBlamed() {
    round(0, 0);
    for (int i = 0; i < 7; i++) {
      Heartbeat beat = publish();
      after(2_000);
      book.failed(CLICKS, beat);
    }
    assertThat(state(Hop.INGEST)).isEqualTo("idle");
    assertThat(state(Hop.END_TO_END)).isEqualTo("stopped");
  }

  @Test
  void aNodeThatNoLongerReadsBlamesNobodyElse() {
    Object rows = new Object();
    book.alive(rows);
    for (int i = 0; i < 7; i++) {
      publish();
      after(2_000);
    }
    assertThat(state(Hop.INGEST)).isEqualTo("idle");
    assertThat(state(Hop.SERVING)).isEqualTo("stopped");
    book.alive(rows);
    assertThat(state(Hop.INGEST)).isEqualTo("stopped");
  }

  @Test
  void aClockTenMinutesOffIsNotedAndAddsNothingToALag() {
    for (int i = 0; i < 10; i++) {
      round(600_000, -600_000);
    }
    long ingest = Objects.requireNonNull(reading(Hop.INGEST).clockSkewMs());
    long job = Objects.requireNonNull(reading(Hop.FINE_TUNE).clockSkewMs());
    assertThat(ingest).isBetween(599_900L, 600_100L);
    assertThat(job).isBetween(-600_400L, -599_600L);
    assertThat(reading(Hop.STORE).clockSkewMs()).isNull();
    assertThat(reading(Hop.END_TO_END).seconds()).isEqualTo(0.35);
    assertThat(reading(Hop.INGEST).seconds()).isEqualTo(0.04);
    assertThat(reading(Hop.FINE_TUNE).seconds() + reading(Hop.SERVING).seconds())
        .isEqualTo(0.31, org.assertj.core.data.Offset.offset(0.001));
  }

  /**
   * The node that publishes is wrong and all others are right: its own lags are right all the same.
   */
  @Test
  void aProducersOwnClockTenMinutesOffIsNotedAtEveryHop() {
    for (int i = 0; i < 10; i++) {
      round(-600_000, -600_000);
    }
    assertThat(reading(Hop.END_TO_END).seconds()).isEqualTo(0.35);
    assertThat(Objects.requireNonNull(reading(Hop.INGEST).clockSkewMs())).isNegative();
    assertThat(Objects.requireNonNull(reading(Hop.FINE_TUNE).clockSkewMs())).isNegative();
  }

  @Test
  void aClockThatWasSetRightIsBelievedAgain() {
    round(600_000, 0);
    assertThat(reading(Hop.INGEST).clockSkewMs()).isNotNull();
    round(0, 0);
    assertThat(reading(Hop.INGEST).clockSkewMs()).isNull();
  }

  @Test
  void heartbeatsOfOthersAndRepeatsChangeNothing() {
    round(0, 0);
    int before = measured.size();
    Heartbeat stranger = Heartbeat.of(Path.CLICKS, "node-2", 99, 0, START);
    returned(Hop.INGEST, stranger.passed(Hop.INGEST, START));
    Heartbeat again = Heartbeat.of(Path.CLICKS, "node-1", 1, 0, START).passed(Hop.INGEST, START);
    returned(Hop.INGEST, again);
    book.returned(Hop.INGEST, "unknown", again);
    assertThat(measured).hasSize(before);
    assertThat(book.report().hops()).hasSize(5);
  }

  @Test
  void quantilesForgetWhatIsOlderThanFiveMinutes() {
    Heartbeat late = publish();
    after(9_000);
    returned(Hop.INGEST, late.passed(Hop.INGEST, clock.now));
    round(0, 0);
    assertThat(reading(Hop.INGEST).p99Seconds()).isEqualTo(9);
    after(301_000);
    round(0, 0);
    assertThat(reading(Hop.INGEST).p99Seconds()).isEqualTo(0.04);
  }
}
