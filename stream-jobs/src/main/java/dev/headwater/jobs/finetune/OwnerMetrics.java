package dev.headwater.jobs.finetune;

import dev.headwater.events.wire.QualityWindow;
import dev.headwater.events.wire.RankingQuality;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * What Flink shows of a job: the names of docs/metrics.md, the figures of a domain under its name.
 * Figures are the process's: of several shards in one, one shows a domain's.
 */
final class OwnerMetrics implements AutoCloseable {
  private static final Map<String, ToLongFunction<FineTuneStats>> COUNTS =
      Map.ofEntries(
          Map.entry("examples_learned_total", FineTuneStats::learned),
          Map.entry("examples_encoded_total", FineTuneStats::encoded),
          Map.entry("examples_dropped_total", FineTuneStats::dropped),
          Map.entry("examples_over_bound_total", FineTuneStats::overBound),
          Map.entry("examples_without_history_total", FineTuneStats::withoutHistory),
          Map.entry("examples_deleted_total", FineTuneStats::deleted),
          Map.entry("examples_known_total", FineTuneStats::known),
          Map.entry("examples_parked", FineTuneStats::parked),
          Map.entry("examples_waiting", FineTuneStats::waiting),
          Map.entry("behind", FineTuneStats::behind),
          Map.entry("histories_left_aside_total", FineTuneStats::leftAside),
          Map.entry("steps_total", FineTuneStats::steps),
          Map.entry("rows_published_total", FineTuneStats::published),
          Map.entry("rows_republished_total", FineTuneStats::republished),
          Map.entry("rows_not_finite_total", FineTuneStats::notFinite));

  private static final Map<String, Function<QualityWindow, RankingQuality>> TABLES =
      Map.of(
          "live", QualityWindow::getLive,
          "learned", QualityWindow::getLearned,
          "item_knn_recent", QualityWindow::getItemKnnRecent,
          "frozen", QualityWindow::getFrozen,
          "never_tuned", QualityWindow::getNeverTuned,
          "popularity", QualityWindow::getPopularity);

  private final MetricGroup group;
  private final Set<FineTuneStats> shown = new HashSet<>();
  private final Set<String> named = new HashSet<>();

  OwnerMetrics(MetricGroup task, Supplier<Integer> waiting) {
    group = task.addGroup("headwater");
    gauge(group, "domains_waiting", waiting::get);
  }

  /** Shows a domain from its first figure on. */
  void show(String domain, FineTuneStats stats) {
    if (!stats.showBy(this)) {
      return;
    }
    shown.add(stats);
    MetricGroup of = group.addGroup("domain", domain);
    COUNTS.forEach((name, count) -> gauge(of, name, () -> count.applyAsLong(stats)));
    gauge(of, "quality_collapsed", () -> collapsed(stats));
    for (double quantile : new double[] {0.5, 0.99}) {
      gauge(
          of.addGroup("quantile", String.format(Locale.ROOT, "%s", quantile)),
          "click_to_row_seconds",
          () -> stats.clickToRowMs().percentile(quantile) / 1000.0);
    }
    TABLES.forEach(
        (table, quality) -> {
          MetricGroup ofTable = of.addGroup("table", table);
          gauge(ofTable, "hr10_ratio", () -> last(stats, quality, RankingQuality::getHr10));
          gauge(ofTable, "ndcg10_ratio", () -> last(stats, quality, RankingQuality::getNdcg10));
        });
  }

  /** Names the domains that wait; one that came in since says 0. */
  void waiting(Collection<String> domains, FineTuneStats job) {
    for (String domain : domains) {
      if (named.add(domain)) {
        gauge(
            group.addGroup("domain", domain),
            "domain_waiting",
            () -> job.withoutModel().contains(domain) ? 1 : 0);
      }
    }
  }

  private static <T> void gauge(MetricGroup group, String name, Gauge<T> value) {
    group.gauge("fine_tune_" + name, value);
  }

  private static int collapsed(FineTuneStats stats) {
    QualityWindow window = stats.quality();
    return window != null && window.getCollapsed() ? 1 : 0;
  }

  private static double last(
      FineTuneStats stats,
      Function<QualityWindow, RankingQuality> table,
      ToDoubleFunction<RankingQuality> measure) {
    QualityWindow window = stats.quality();
    return window == null ? Double.NaN : measure.applyAsDouble(table.apply(window));
  }

  /** Lets the next attempt show what this one did. */
  @Override
  public void close() {
    shown.forEach(stats -> stats.hideBy(this));
    shown.clear();
  }
}
