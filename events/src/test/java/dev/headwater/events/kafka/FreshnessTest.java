package dev.headwater.events.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FreshnessTest {
  private double fetches;
  private boolean atEnd = true;
  private final Freshness freshness = new Freshness(() -> fetches, () -> atEnd, 1_000);

  private long staleMsAfter(long lastRecordMs, long nowMs) {
    freshness.look(lastRecordMs, nowMs);
    return freshness.staleness(nowMs).toMillis();
  }

  @Test
  void atTheEndWithABrokerThatAnswersItIsFresh() {
    fetches++;
    assertThat(staleMsAfter(0, 50_000)).isZero();
    fetches++;
    assertThat(staleMsAfter(10, 60_000)).isZero();
  }

  @Test
  void aBrokerThatIsSilentMakesItOlder() {
    fetches++;
    assertThat(staleMsAfter(0, 5_000)).isZero();
    assertThat(staleMsAfter(0, 9_000)).isEqualTo(4_000);
    fetches++;
    assertThat(staleMsAfter(0, 9_500)).isZero();
  }

  @Test
  void whileMoreIsWaitingItIsAsOldAsTheNewestRecord() {
    fetches++;
    assertThat(staleMsAfter(0, 5_000)).isZero();
    atEnd = false;
    fetches++;
    assertThat(staleMsAfter(6_000, 20_000)).isEqualTo(14_000);
    fetches++;
    assertThat(staleMsAfter(19_900, 20_500)).isEqualTo(600);
    atEnd = true;
    fetches++;
    assertThat(staleMsAfter(19_900, 21_000)).isZero();
  }

  @Test
  void anOldRecordDoesNotMakeItOlderThanItWas() {
    fetches++;
    assertThat(staleMsAfter(0, 5_000)).isZero();
    atEnd = false;
    fetches++;
    assertThat(staleMsAfter(100, 6_000)).isEqualTo(1_000);
  }

  private long behindMs(long nowMs) {
    return freshness.behind(nowMs).toMillis();
  }

  @Test
  void silenceMakesItOlderAndNotMoreBehind() {
    fetches++;
    assertThat(staleMsAfter(0, 5_000)).isZero();
    assertThat(staleMsAfter(0, 400_000)).isEqualTo(395_000);
    assertThat(behindMs(400_000)).isZero();
    // The broker is back, and more is waiting: what it needs from now on counts.
    atEnd = false;
    fetches++;
    assertThat(staleMsAfter(0, 400_500)).isEqualTo(395_500);
    assertThat(behindMs(400_500)).isEqualTo(500);
    fetches++;
    freshness.look(0, 404_000);
    assertThat(behindMs(404_000)).isEqualTo(4_000);
    atEnd = true;
    fetches++;
    assertThat(staleMsAfter(0, 404_500)).isZero();
    assertThat(behindMs(404_500)).isZero();
  }

  @Test
  void whoWorksThroughWhatWasFetchedOrHangsIsBehind() {
    fetches++;
    assertThat(staleMsAfter(0, 5_000)).isZero();
    atEnd = false;
    fetches++;
    freshness.look(10, 6_000);
    freshness.look(20, 9_000);
    assertThat(behindMs(9_000)).isEqualTo(4_000);
    assertThat(behindMs(60_000)).as("nobody looks").isEqualTo(55_000);
  }
}
