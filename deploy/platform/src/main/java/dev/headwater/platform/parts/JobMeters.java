package dev.headwater.platform.parts;

import dev.headwater.events.wire.QualityWindow;
import dev.headwater.events.wire.RankingQuality;
import dev.headwater.jobs.coldstart.ColdStartStats;
import dev.headwater.jobs.finetune.FineTuneStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The counts of jobs that run in this process as meters, under the names of docs/metrics.md. */
public final class JobMeters {
  private JobMeters() {}

  /** Registers those of ColdStartJob. */
  public static void coldStart(MeterRegistry registry, ColdStartStats stats) {
    counter(registry, "headwater.cold.start.rows", stats, ColdStartStats::rows);
    counter(registry, "headwater.cold.start.fallback.rows", stats, ColdStartStats::fallbacks);
    counter(registry, "headwater.cold.start.tombstones", stats, ColdStartStats::tombstones);
    counter(registry, "headwater.cold.start.unchanged", stats, ColdStartStats::unchanged);
    counter(registry, "headwater.cold.start.dead.letters", stats, ColdStartStats::deadLetters);
    counter(registry, "headwater.cold.start.texts.encoded", stats, ColdStartStats::encoded);
    Gauge.builder("headwater.cold.start.source.recall", stats, ColdStartStats::sourceRecall)
        .baseUnit("ratio")
        .register(registry);
    waiting(registry, "headwater.cold.start.domains.waiting", stats::withoutModel);
  }

  /** The same, and keeps those of its domains up with them: whoever reads calls what it returns. */
  public static Runnable coldStartOfMany(MeterRegistry registry, ColdStartStats stats) {
    coldStart(registry, stats);
    Set<String> known = ConcurrentHashMap.newKeySet();
    return () ->
        stats.domains().stream()
            .filter(known::add)
            .forEach(domain -> knownWords(registry, domain, stats));
  }

  /** Registers what ColdStartJob's encoder knows of a domain's texts. */
  public static void knownWords(MeterRegistry registry, String domain, ColdStartStats stats) {
    Gauge.builder("headwater.cold.start.known.words", stats, each -> each.knownWords(domain))
        .baseUnit("ratio")
        .tag("domain", domain)
        .register(registry);
  }

  private static void counter(
      MeterRegistry registry,
      String name,
      ColdStartStats stats,
      ToDoubleFunction<ColdStartStats> count) {
    FunctionCounter.builder(name, stats, count).register(registry);
  }

  /**
   * Keeps the meters of a FineTuneJob of many domains up with them: whatever reads the registry
   * calls it first.
   */
  public static Runnable fineTune(MeterRegistry registry, String jobName) {
    Set<String> known = ConcurrentHashMap.newKeySet();
    waiting(
        registry, "headwater.fine.tune.domains.waiting", FineTuneStats.of(jobName)::withoutModel);
    return () -> {
      for (String domain : FineTuneStats.domains(jobName)) {
        if (known.add(domain)) {
          fineTune(registry, domain, FineTuneStats.of(jobName + "-" + domain));
        }
      }
      named(registry, FineTuneStats.of(jobName));
    };
  }

  private static void waiting(
      MeterRegistry registry, String name, Supplier<Set<String>> withoutModel) {
    Gauge.builder(name, withoutModel, domains -> domains.get().size()).register(registry);
  }

  /** A gauge a domain that waits, for as long as it does and 0 from then on. */
  private static void named(MeterRegistry registry, FineTuneStats job) {
    for (String domain : job.withoutModel()) {
      if (registry.find("headwater.fine.tune.domain.waiting").tag("domain", domain).gauge()
          == null) {
        gauge(
            registry,
            domain,
            "headwater.fine.tune.domain.waiting",
            job,
            stats -> stats.withoutModel().contains(domain) ? 1 : 0);
      }
    }
  }

  /** Registers those of a domain's FineTuneJob. */
  public static void fineTune(MeterRegistry registry, String domain, FineTuneStats stats) {
    counter(
        registry, domain, "headwater.fine.tune.examples.learned", stats, FineTuneStats::learned);
    counter(
        registry, domain, "headwater.fine.tune.examples.encoded", stats, FineTuneStats::encoded);
    counter(
        registry, domain, "headwater.fine.tune.examples.dropped", stats, FineTuneStats::dropped);
    counter(
        registry,
        domain,
        "headwater.fine.tune.examples.over.bound",
        stats,
        FineTuneStats::overBound);
    counter(
        registry,
        domain,
        "headwater.fine.tune.examples.without.history",
        stats,
        FineTuneStats::withoutHistory);
    counter(
        registry, domain, "headwater.fine.tune.examples.deleted", stats, FineTuneStats::deleted);
    counter(registry, domain, "headwater.fine.tune.examples.known", stats, FineTuneStats::known);
    counter(registry, domain, "headwater.fine.tune.steps", stats, FineTuneStats::steps);
    counter(
        registry, domain, "headwater.fine.tune.rows.published", stats, FineTuneStats::published);
    counter(
        registry,
        domain,
        "headwater.fine.tune.rows.republished",
        stats,
        FineTuneStats::republished);
    counter(
        registry, domain, "headwater.fine.tune.rows.not.finite", stats, FineTuneStats::notFinite);
    gauge(registry, domain, "headwater.fine.tune.examples.parked", stats, FineTuneStats::parked);
    gauge(registry, domain, "headwater.fine.tune.examples.waiting", stats, FineTuneStats::waiting);
    gauge(registry, domain, "headwater.fine.tune.behind", stats, FineTuneStats::behind);
    counter(
        registry,
        domain,
        "headwater.fine.tune.histories.left.aside",
        stats,
        FineTuneStats::leftAside);
    for (double quantile : new double[] {0.5, 0.99}) {
      Gauge.builder(
              "headwater.fine.tune.click.to.row",
              stats,
              s -> s.clickToRowMs().percentile(quantile) / 1000.0)
          .baseUnit("seconds")
          .tags("domain", domain, "quantile", Double.toString(quantile))
          .register(registry);
    }
    quality(registry, domain, "live", stats, QualityWindow::getLive);
    quality(registry, domain, "learned", stats, QualityWindow::getLearned);
    quality(registry, domain, "item_knn_recent", stats, QualityWindow::getItemKnnRecent);
    quality(registry, domain, "frozen", stats, QualityWindow::getFrozen);
    quality(registry, domain, "never_tuned", stats, QualityWindow::getNeverTuned);
    quality(registry, domain, "popularity", stats, QualityWindow::getPopularity);
    gauge(registry, domain, "headwater.fine.tune.quality.collapsed", stats, JobMeters::collapsed);
  }

  private static double collapsed(FineTuneStats stats) {
    QualityWindow window = stats.quality();
    return window != null && window.getCollapsed() ? 1 : 0;
  }

  private static void quality(
      MeterRegistry registry,
      String domain,
      String table,
      FineTuneStats stats,
      Function<QualityWindow, RankingQuality> of) {
    quality(
        registry,
        domain,
        table,
        "headwater.fine.tune.hr10",
        stats,
        of.andThen(RankingQuality::getHr10));
    quality(
        registry,
        domain,
        table,
        "headwater.fine.tune.ndcg10",
        stats,
        of.andThen(RankingQuality::getNdcg10));
  }

  private static void quality(
      MeterRegistry registry,
      String domain,
      String table,
      String measure,
      FineTuneStats stats,
      Function<QualityWindow, Double> of) {
    Gauge.builder(measure, stats, s -> last(s, of))
        .baseUnit("ratio")
        .tags("domain", domain, "table", table)
        .register(registry);
  }

  private static double last(FineTuneStats stats, Function<QualityWindow, Double> of) {
    QualityWindow window = stats.quality();
    return window == null ? Double.NaN : of.apply(window);
  }

  private static void counter(
      MeterRegistry registry,
      String domain,
      String name,
      FineTuneStats stats,
      ToDoubleFunction<FineTuneStats> count) {
    FunctionCounter.builder(name, stats, count).tag("domain", domain).register(registry);
  }

  private static void gauge(
      MeterRegistry registry,
      String domain,
      String name,
      FineTuneStats stats,
      ToDoubleFunction<FineTuneStats> value) {
    Gauge.builder(name, stats, value).tag("domain", domain).register(registry);
  }
}
