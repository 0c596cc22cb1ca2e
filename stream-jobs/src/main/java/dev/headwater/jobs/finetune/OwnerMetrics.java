package dev.headwater.jobs.finetune;

import dev.headwater.events.wire.QualityWindow;
import dev.headwater.jobs.models.ServedDomains;
import java.util.function.Supplier;
import org.apache.flink.metrics.MetricGroup;

/** What Flink shows of a job: of one domain its figures, of many how many there are. */
final class OwnerMetrics {
  private OwnerMetrics() {}

  static void register(
      MetricGroup task, String jobName, ServedDomains served, Supplier<Integer> waiting) {
    MetricGroup group = task.addGroup("headwater");
    group.gauge("fine_tune_domains_waiting", waiting::get);
    if (!served.isOne()) {
      return;
    }
    FineTuneStats stats = FineTuneStats.of(jobName);
    group.gauge("fine_tune_examples_learned_total", stats::learned);
    group.gauge("fine_tune_examples_parked", stats::parked);
    group.gauge("fine_tune_examples_dropped_total", stats::dropped);
    group.gauge("fine_tune_rows_published_total", stats::published);
    group.gauge("fine_tune_rows_not_finite_total", stats::notFinite);
    group.gauge("fine_tune_click_to_row_p99_ms", () -> stats.clickToRowMs().percentile(0.99));
    group.gauge(
        "fine_tune_live_hr10",
        () -> {
          QualityWindow window = stats.quality();
          return window == null ? Double.NaN : window.getLiveTotal().getHr10();
        });
  }
}
