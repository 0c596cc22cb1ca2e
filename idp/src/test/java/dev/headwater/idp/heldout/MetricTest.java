package dev.headwater.idp.heldout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricTest {
  private static final List<Double> RANKS = List.of(1.0, 2.0, 3.5, 5.0, 20.0);

  @Test
  void sampledMetricsStandInTheOrderOfThePapersColumns() {
    assertThat(Arrays.stream(Metric.values()).filter(Metric::isSampled).map(Metric::key))
        .containsExactly(
            "sampled_hr1",
            "sampled_ndcg3",
            "sampled_ndcg5",
            "sampled_hr3",
            "sampled_hr5",
            "sampled_mrr");
  }

  @Test
  void eachIsTheMeanOfWhatARankIsWorth() {
    assertThat(Metric.SAMPLED_HR1.mean(RANKS)).isEqualTo(0.2);
    assertThat(Metric.SAMPLED_HR3.mean(RANKS)).isEqualTo(0.4);
    assertThat(Metric.SAMPLED_HR5.mean(RANKS)).isEqualTo(0.8);
    assertThat(Metric.HR10.mean(RANKS)).isEqualTo(0.8);
    double second = 1 / (Math.log(3) / Math.log(2));
    assertThat(Metric.SAMPLED_NDCG3.mean(RANKS)).isCloseTo((1 + second) / 5, within(1e-12));
    double fifth = 1 / (Math.log(6) / Math.log(2));
    double half = 1 / (Math.log(4.5) / Math.log(2));
    assertThat(Metric.NDCG10.mean(RANKS))
        .isEqualTo(Metric.SAMPLED_NDCG5.mean(RANKS))
        .isCloseTo((1 + second + half + fifth) / 5, within(1e-12));
    assertThat(Metric.MRR.mean(RANKS))
        .isEqualTo(Metric.SAMPLED_MRR.mean(RANKS))
        .isCloseTo((1 + 0.5 + 1 / 3.5 + 0.2 + 0.05) / 5, within(1e-12));
  }

  @Test
  void theIntervalLiesAroundTheMean() {
    Interval found = Metric.HR10.interval(RANKS);
    assertThat(found.from()).isCloseTo(0.8 - 1.96 * Math.sqrt(0.2 / 5), within(1e-12));
    assertThat(found.to()).isEqualTo(1);
    assertThat(Metric.HR10.mean(List.of())).isZero();
  }
}
