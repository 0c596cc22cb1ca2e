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
}
