package dev.headwater.bench.jobs;

import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.wire.QualityWindow;
import dev.headwater.idp.data.DomainData;
import dev.headwater.jobs.FlinkSettings;
import dev.headwater.jobs.finetune.FineTuneConfig;
import dev.headwater.jobs.finetune.FineTuneJob;
import dev.headwater.jobs.finetune.FineTuneStats;
import dev.headwater.jobs.local.LocalJobs;
import dev.headwater.jobs.local.RunningJob;
import dev.headwater.jobs.replay.HistoryFeeder;
import dev.headwater.platform.report.ResidentMemory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * FineTuneJob on a broker, with a data set's clicks: how many examples it learns a second when all
 * are there at once, how long a click takes to a row at half that rate, whether memory stays flat,
 * and how good answers are while events come at a pace. The cold rows must stand in their topic.
 */
public final class FineTuneBench {
  private static final String NAME = "bench-fine-tune";
  private static final int SETTLE_S = 5;

  private final KafkaSettings kafka;
  private final FlinkSettings flink;
  private final FineTuneConfig config;
  private final DomainData data;
  private final Consumer<String> says;

  /**
   * What was measured.
   *
   * @param examplesPerSecond learned at full speed
   * @param cpuMsPerExample processor time of this process meanwhile, an example; the broker's with
   *     it, where that runs in this process
   * @param clickToRowP50Ms at half that rate, from the click's record to its row being sent
   * @param clickToRowP99Ms the same
   * @param samples rows measured
   * @param kept of these, the last: percentiles are theirs
   * @param learned examples learned in all
   * @param dropped examples dropped in all
   * @param rssGrowthPercent growth of resident memory over the soak, 0 without one
   * @param quality the last quality window, null when there was none; most of its events waited, so
   *     it is not that of answers at the pace of events
   */
  public record Result(
      double examplesPerSecond,
      double cpuMsPerExample,
      long clickToRowP50Ms,
      long clickToRowP99Ms,
      long samples,
      long kept,
      long learned,
      long dropped,
      double rssGrowthPercent,
      @Nullable QualityWindow quality) {}

  /**
   * Quality of what users are answered while events come as they happen.
   *
   * @param perSecond events a second
   * @param behind examples not yet learned when the last event was sent: more than a second's, and
   *     the job did not keep that pace
   * @param window the totals, null where no window was over
   */
  public record Paced(double perSecond, long behind, @Nullable QualityWindow window) {}

  /**
   * Prepares a run.
   *
   * @param kafka where the topics are
   * @param flink settings of the job
   * @param config settings of the job; names domain and bundle
   * @param data the clicks
   * @param says hears how it goes on
   */
  public FineTuneBench(
      KafkaSettings kafka,
      FlinkSettings flink,
      FineTuneConfig config,
      DomainData data,
      Consumer<String> says) {
    this.kafka = kafka;
    this.flink = flink;
    this.config = config;
    this.data = data;
    this.says = says;
  }

  /**
   * Measures how good answers are at the pace of events, from the first event on: every event is
   * ranked before it is learned, by the rows that are published then.
   *
   * @param events fed
   * @param perSecond at which rate; one that the job keeps, or what waits is measured
   */
  public Paced quality(int events, double perSecond) throws Exception {
    String name = newName();
    FineTuneStats stats = FineTuneStats.of(name);
    try (LocalJobs jobs = cluster();
        HistoryFeeder feeder = new HistoryFeeder(kafka, config.model().domain(), data)) {
      RunningJob job = jobs.submit(FineTuneJob.onKafka(name, kafka, config.rankingEvery()), flink);
      feeder.feed(events, perSecond);
      long behind = behind(stats, feeder);
      awaitLearned(stats, feeder.withHistory());
      job.cancel();
      says.accept(
          "at %.0f events a second: %d examples behind at the end".formatted(perSecond, behind));
      return new Paced(perSecond, behind, stats.quality());
    }
  }

  /** Counts of a job go by its name, and on from where the one before left them. */
  private static String newName() {
    return NAME + "-" + Long.toString(System.nanoTime(), 36);
  }

  private LocalJobs cluster() throws Exception {
    return LocalJobs.start(Math.max(2, config.settings().workers()), flink.ofCluster());
  }

  /**
   * Measures speed.
   *
   * @param warmEvents fed before anything is measured
   * @param events fed as fast as it goes
   * @param pacedSeconds length of the run at half speed
   * @param soakMinutes length of the run in which memory is watched
   */
  public Result run(int warmEvents, int events, int pacedSeconds, double soakMinutes)
      throws Exception {
    String name = newName();
    FineTuneStats stats = FineTuneStats.of(name);
    try (LocalJobs jobs = cluster();
        HistoryFeeder feeder = new HistoryFeeder(kafka, config.model().domain(), data)) {
      RunningJob job = jobs.submit(FineTuneJob.onKafka(name, kafka, config), flink);
      feeder.feed(warmEvents, 0);
      awaitLearned(stats, feeder.withHistory());
      says.accept("warm: " + stats.learned() + " examples learned");
      long before = stats.learned();
      long startNanos = System.nanoTime();
      long cpuNanos = cpuNanos();
      feeder.feed(events, 0);
      awaitLearned(stats, feeder.withHistory());
      long learned = stats.learned() - before;
      double rate = learned / ((System.nanoTime() - startNanos) / 1e9);
      double cpuMs = (cpuNanos() - cpuNanos) / 1e6 / learned;
      says.accept(
          "full speed: %.0f examples a second, %.3f ms of processor each".formatted(rate, cpuMs));
      // Rows of the full-speed run that still wait would count with the time their clicks queued.
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(SETTLE_S));
      stats.clickToRowMs().reset();
      feeder.feed((int) (rate / 2 * pacedSeconds), rate / 2);
      says.accept("half speed: %d examples behind".formatted(behind(stats, feeder)));
      awaitLearned(stats, feeder.withHistory());
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(SETTLE_S)); // what was learned last goes out
      long p50 = stats.clickToRowMs().percentile(0.50);
      long p99 = stats.clickToRowMs().percentile(0.99);
      long samples = stats.clickToRowMs().count();
      long kept = stats.clickToRowMs().kept();
      says.accept(
          "half speed: click to row p50 %d ms, p99 %d ms, of the last %d of %d rows"
              .formatted(p50, p99, kept, samples));
      double growth = soak(feeder, rate / 2, soakMinutes);
      awaitLearned(stats, feeder.withHistory());
      job.cancel();
      return new Result(
          rate,
          cpuMs,
          p50,
          p99,
          samples,
          kept,
          stats.learned(),
          stats.dropped(),
          growth,
          stats.quality());
    }
  }

  private static long cpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }

  private double soak(HistoryFeeder feeder, double rate, double minutes) throws Exception {
    if (minutes <= 0) {
      return 0;
    }
    // The first tenth lets heap and caches grow to their size.
    feeder.feed((int) (rate * 60 * minutes * 0.1), rate);
    double before = ResidentMemory.kilobytes();
    feeder.feed((int) (rate * 60 * minutes * 0.9), rate);
    double after = ResidentMemory.kilobytes();
    says.accept("resident memory: %.0f kB, then %.0f kB".formatted(before, after));
    return before == 0 ? 0 : 100.0 * (after - before) / before;
  }

  private static long behind(FineTuneStats stats, HistoryFeeder feeder) {
    return feeder.withHistory() - stats.learned() - stats.dropped() - stats.overBound();
  }

  private static void awaitLearned(FineTuneStats stats, long examples) throws TimeoutException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(10);
    while (stats.learned() + stats.dropped() + stats.overBound() < examples) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException(
            "learned %d, dropped %d, refused %d, parked %d of %d examples"
                .formatted(
                    stats.learned(), stats.dropped(), stats.overBound(), stats.parked(), examples));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }
}
