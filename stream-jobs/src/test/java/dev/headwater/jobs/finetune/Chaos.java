package dev.headwater.jobs.finetune;

import dev.headwater.events.Vectors;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.jobs.FlinkSettings;
import dev.headwater.jobs.JobsBroker;
import dev.headwater.jobs.kafka.KafkaPorts;
import dev.headwater.jobs.local.LocalJobs;
import dev.headwater.jobs.local.RunningJob;
import dev.headwater.jobs.rows.Epochs;
import dev.headwater.jobs.rows.RowsFollower;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Feeds FineTuneJob the same clicks again and again, on a real broker and a local Flink cluster,
 * each time with another fault in the middle, and checks what must hold afterwards: every click
 * learned exactly once (counted in the published rows, not by the job), every row's versions grow,
 * and the table is that of an undisturbed run within {@link #TOLERANCE}. Batches form by time, so
 * that two runs draw other negatives: bit-equal tables are replay's business.
 */
final class Chaos implements AutoCloseable {
  /** Largest mean distance of rows from the undisturbed run's, as a part of their mean length. */
  static final double TOLERANCE = 0.15;

  private static final int BEFORE = 250;
  private static final int DURING = 250;
  private static final int AFTER = 150;
  private static final int PER_SECOND = 150;
  private static final int POISONED = 300;
  private static final long SETTLE_S = 90;
  private static final long SECOND_LOOK_MS = 1_000;

  private final Path work;
  private final JobsBroker broker = new JobsBroker();
  private LocalJobs flink = LocalJobs.start(2);
  private int runs;

  /** What can go wrong. */
  enum Fault {
    NONE,
    TASK_MANAGER_KILLED,
    JOB_MANAGER_KILLED,
    BROKER_KILLED_AND_BACK,
    BROKER_DOWN_AT_START,
    CHECKPOINT_DIRECTORY_UNWRITABLE,
    EVENTS_TWICE,
    EVENTS_ONE_HOUR_LATE,
    POISONED_BURST;

    String code() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * What came of a fault.
   *
   * @param runs how often it was tried
   * @param violations rows whose version did not grow, clicks learned twice, tables too far off,
   *     poison that is no dead letter
   * @param lost clicks in no row
   * @param recoveredS slowest time from the end of the fault until every click sent so far stood in
   *     a row
   * @param distance largest distance from the undisturbed run's table
   */
  record Outcome(int runs, long violations, long lost, double recoveredS, double distance) {
    Outcome plus(Outcome other) {
      return new Outcome(
          runs + other.runs,
          violations + other.violations,
          lost + other.lost,
          Math.max(recoveredS, other.recoveredS),
          Math.max(distance, other.distance));
    }
  }

  Chaos(Path work) throws Exception {
    this.work = work;
  }

  /** Tries each fault so many times; the JSON report is {@code faults{name:{…}}}. */
  Map<Fault, Outcome> run(List<Fault> faults, int times) throws Exception {
    Map<Fault, Outcome> outcomes = new LinkedHashMap<>();
    Map<Boolean, Map<String, float[]>> undisturbed = new HashMap<>();
    for (Fault fault : faults) {
      boolean late = fault == Fault.EVENTS_ONE_HOUR_LATE;
      if (!undisturbed.containsKey(late)) {
        Map<String, float[]> table = new TreeMap<>();
        once(late ? Fault.EVENTS_ONE_HOUR_LATE : Fault.NONE, table, null);
        undisturbed.put(late, table);
      }
      for (int i = 0; i < times; i++) {
        Outcome outcome = once(fault, new TreeMap<>(), undisturbed.get(late));
        outcomes.merge(fault, outcome, Outcome::plus);
      }
    }
    return outcomes;
  }

  static String json(Map<Fault, Outcome> outcomes) {
    StringBuilder json =
        new StringBuilder("{\n  \"tolerance\": " + TOLERANCE + ",\n  \"faults\": {");
    String separator = "\n";
    for (Map.Entry<Fault, Outcome> each : outcomes.entrySet()) {
      Outcome o = each.getValue();
      json.append(separator)
          .append(
              String.format(
                  Locale.ROOT,
                  "    \"%s\": {\"runs\": %d, \"violations\": %d, \"lost\": %d,"
                      + " \"recovered_s\": %.1f, \"table_distance\": %.3f}",
                  each.getKey().code(),
                  o.runs(),
                  o.violations(),
                  o.lost(),
                  o.recoveredS(),
                  o.distance()));
      separator = ",\n";
    }
    return json.append("\n  }\n}\n").toString();
  }

  private Outcome once(Fault fault, Map<String, float[]> table, @Nullable Map<String, float[]> like)
      throws Exception {
    String name = "chaos-" + ++runs;
    Path checkpoints = work.resolve(name);
    try (JobsBroker.Tenant tenant = broker.tenant("x" + runs + ".")) {
      for (int i = 0; i < 30; i++) {
        tenant.cold(SmallModel.coldRow("i" + i, 1, 1, SmallModel.vector(i)));
      }
      FlinkSettings settings = JobsBroker.flink(checkpoints, "500 ms");
      FineTuneJob job = job(name, tenant, 1);
      if (fault == Fault.BROKER_DOWN_AT_START) {
        broker.stop();
      }
      RunningJob running = flink.submit(job, settings);
      if (fault == Fault.BROKER_DOWN_AT_START) {
        pause(4_000);
        broker.restart();
      }
      ChaosClicks clicks = new ChaosClicks(tenant);
      clicks.send(BEFORE, PER_SECOND, 1, false);
      if (fault != Fault.NONE && fault != Fault.BROKER_DOWN_AT_START) {
        awaitCheckpoint(running);
      }
      running = disturb(fault, running, job, settings, clicks);
      double recoveredS = settle(tenant, clicks);
      clicks.send(AFTER, PER_SECOND, 1, false);
      settle(tenant, clicks);
      long learned = learned(tenant);
      long violations = tenant.notNewer() + Math.max(0, learned - clicks.examples());
      if (fault == Fault.POISONED_BURST && tenant.deadLetters().size() != POISONED) {
        violations++;
      }
      if (fault == Fault.CHECKPOINT_DIRECTORY_UNWRITABLE) {
        awaitCheckpoint(running);
      }
      tenant.tuned().forEach((item, row) -> table.put(item, Vectors.unpack(row.getVector())));
      running.cancel();
      double distance = like == null ? 0 : distance(table, like);
      if (distance > TOLERANCE) {
        violations++;
      }
      return new Outcome(
          1, violations, Math.max(0, clicks.examples() - learned), recoveredS, distance);
    }
  }

  private RunningJob disturb(
      Fault fault, RunningJob running, FineTuneJob job, FlinkSettings settings, ChaosClicks clicks)
      throws Exception {
    Path checkpoints = Path.of(settings.checkpointDirectory());
    switch (fault) {
      case TASK_MANAGER_KILLED -> {
        clicks.send(DURING, PER_SECOND, 1, false);
        flink.replaceTaskManager();
      }
      case JOB_MANAGER_KILLED -> {
        clicks.send(DURING / 2, PER_SECOND, 1, false);
        flink.close();
        clicks.send(DURING - DURING / 2, PER_SECOND, 1, false);
        flink = LocalJobs.start(2);
        return flink.resume(job, settings);
      }
      case BROKER_KILLED_AND_BACK -> {
        clicks.send(DURING, PER_SECOND, 1, false);
        broker.stop();
        pause(3_000);
        broker.restart();
      }
      case CHECKPOINT_DIRECTORY_UNWRITABLE -> {
        // A file in its place: a read-only directory would not stop a test that runs as root.
        Path aside = checkpoints.resolveSibling(checkpoints.getFileName() + "-aside");
        Files.move(checkpoints, aside);
        Files.createFile(checkpoints);
        clicks.send(DURING, PER_SECOND, 1, false);
        Files.delete(checkpoints);
        Files.move(aside, checkpoints);
      }
      case EVENTS_TWICE -> clicks.send(DURING, PER_SECOND, 2, false);
      case EVENTS_ONE_HOUR_LATE -> clicks.send(DURING, PER_SECOND, 1, true);
      case POISONED_BURST -> {
        clicks.send(DURING, PER_SECOND, 1, false);
        clicks.poison(POISONED);
      }
      default -> clicks.send(DURING, PER_SECOND, 1, false);
    }
    return running;
  }

  private static long learned(JobsBroker.Tenant tenant) {
    return tenant.tuned().values().stream().mapToLong(EmbeddingRow::getInteractionsLearned).sum();
  }

  /** Waits until the rows hold every click, and a little longer for what might come twice. */
  private static double settle(JobsBroker.Tenant tenant, ChaosClicks clicks) {
    long startNs = System.nanoTime();
    while (learned(tenant) < clicks.examples()
        && System.nanoTime() - startNs < SETTLE_S * 1_000_000_000L) {
      pause(50);
    }
    double seconds = (System.nanoTime() - startNs) / 1e9;
    pause(SECOND_LOOK_MS);
    return seconds;
  }

  private static double distance(Map<String, float[]> table, Map<String, float[]> like) {
    double difference = 0;
    double length = 0;
    for (Map.Entry<String, float[]> each : like.entrySet()) {
      float[] other = table.getOrDefault(each.getKey(), new float[each.getValue().length]);
      float[] delta = other.clone();
      for (int k = 0; k < delta.length; k++) {
        delta[k] -= each.getValue()[k];
      }
      difference += Vectors.norm(delta);
      length += Vectors.norm(each.getValue());
    }
    return difference / length;
  }

  private static void awaitCheckpoint(RunningJob running) throws Exception {
    long before = running.checkpoints();
    for (int i = 0; i < 600 && running.checkpoints() <= before; i++) {
      pause(50);
    }
    if (running.checkpoints() <= before) {
      throw new IllegalStateException("no checkpoint completes: " + running.failure());
    }
  }

  private static void pause(long ms) {
    LockSupport.parkNanos(ms * 1_000_000);
  }

  static FineTuneJob job(String name, JobsBroker.Tenant tenant, int shards) {
    return job(name, tenant, shards, 1);
  }

  static FineTuneJob job(String name, JobsBroker.Tenant tenant, int shards, int workers) {
    Map<String, Object> settings = new HashMap<>(SmallModel.UNBOUNDED);
    settings.put("shards", shards);
    settings.put("workers", workers);
    settings.put("seed", 1);
    settings.put("batch-wait", "20 ms");
    settings.put("load-timeout", "1 minute");
    settings.put("publish.interval", "100 ms");
    settings.put("publish.threshold", 0.01);
    settings.put("publish.age-max", "200 ms");
    settings.put("publish.drift-age-max", "400 ms");
    settings.put("scoring.per-second", 100_000);
    settings.put("scoring.window", "500 ms");
    FineTuneConfig config =
        new FineTuneConfig(SmallModel.MODEL, FineTuneConfig.Settings.of(settings));
    var kafka = tenant.kafka();
    return new FineTuneJob(
        name,
        kafka,
        config,
        new FineTuneJob.Ports(
            KafkaPorts.tracedSource(kafka, kafka.topics().userHistories(), name),
            (feed, listener) -> new RowsFollower(feed, kafka, SmallModel.MODEL, listener).start(),
            Epochs.onKafka(kafka, SmallModel.MODEL),
            SmallModel::open,
            KafkaPorts.sink(kafka)));
  }

  @Override
  public void close() throws IOException {
    flink.close();
    broker.close();
    try (Stream<Path> files = Files.walk(work)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
