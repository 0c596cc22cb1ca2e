package dev.headwater.launcher.observability;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromQlTest {
  @Test
  void findsMetricsAndNeitherFunctionsNorLabels() {
    assertThat(
            PromQl.metrics(
                "histogram_quantile(0.99, sum by (le, path)"
                    + " (rate(lag_seconds_bucket{hop=\"end\"}[$__rate_interval])))"))
        .containsExactly("lag_seconds_bucket");
  }

  @Test
  void findsBothSidesOfAnOperation() {
    assertThat(
            PromQl.metrics("sum(a_total) / ignoring(state) b:c > 0.5 and on (domain) c1 unless d"))
        .containsExactly("a_total", "b:c", "c1", "d");
  }

  @Test
  void findsAMetricThatStandsAlone() {
    assertThat(PromQl.metrics("up{job=\"x\"} == 0")).containsExactly("up");
    assertThat(PromQl.metrics("min (free_bytes / total_bytes) < 1e3 or vector(0)"))
        .containsExactly("free_bytes", "total_bytes");
  }
}
