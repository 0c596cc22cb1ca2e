package dev.headwater.idp.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RankingMetricsTest {
  private final RankingMetrics metrics = new RankingMetrics();

  @Test
  void isZeroBeforeTheFirstRank() {
    assertThat(metrics.hr10()).isZero();
    assertThat(metrics.ndcg10()).isZero();
    assertThat(metrics.count()).isZero();
  }

  @Test
  void countsHitsGainAndReciprocalRanks() {
    metrics.add(1);
    metrics.add(3);
    metrics.add(10.5);
    metrics.add(100);
    assertThat(metrics.hr10()).isEqualTo(0.5);
    assertThat(metrics.ndcg10()).isEqualTo((1 + 0.5) / 4);
    assertThat(metrics.mrr()).isCloseTo((1 + 1 / 3.0 + 1 / 10.5 + 0.01) / 4, within(1e-12));
    metrics.reset();
    assertThat(metrics.count()).isZero();
  }

  @Test
  void refusesARankBelowOne() {
    assertThatThrownBy(() -> metrics.add(0.5)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> metrics.add(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
  }
}
