package dev.headwater.bench.jobs;

import dev.headwater.events.Keys;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.encoder.SasRec;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.FlinkSettings;
import dev.headwater.jobs.finetune.FineTuneConfig;
import dev.headwater.jobs.finetune.FineTuneJob;
import dev.headwater.jobs.finetune.FineTuneStats;
import dev.headwater.jobs.finetune.LearningModel;
import dev.headwater.jobs.kafka.KafkaPorts;
import dev.headwater.jobs.local.CheckpointCost;
import dev.headwater.jobs.local.LocalJobs;
import dev.headwater.jobs.local.RunningJob;
import dev.headwater.jobs.rows.Epochs;
import dev.headwater.platform.report.ResidentMemory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What checkpoints of FineTuneJob cost where few of many rows are learned: rows are made here, the
 * clicks come through Kafka. For one thread.
 */
public final class CheckpointBench {
  private static final String NAME = "bench-checkpoint";

  /** Each click is on another pair of items, all over the catalog. */
  private static final long STRIDE = 7_919;

  private final KafkaSettings kafka;
  private final FlinkSettings flink;
  private final FineTuneConfig config;
  private final int rows;
  private final Path directory;
  private final Consumer<String> says;
  private long clicks;

  /**
   * What came out.
   *
   * @param loadS from submission until all rows are there, without state
   * @param first the checkpoint that holds all rows for the first time
   * @param after those that came after it
   * @param writtenBytes what each of those wrote to disk, by the sizes of files: Flink does not
   *     count what it writes before the barrier, nor the whole state where that is due
   * @param clicks learned between {@code first} and the last
   * @param residentMb of this process, broker and all, in the end
   * @param restoreS from submission until all rows are there, from the last checkpoint
   */
  public record Result(
      double loadS,
      CheckpointCost first,
      List<CheckpointCost> after,
      List<Long> writtenBytes,
      long clicks,
      double residentMb,
      double restoreS) {}

  /**
   * Prepares a run.
   *
   * @param kafka where clicks go
   * @param flink settings of the job
   * @param config settings of the job; names domain and bundle, whose files are not needed
   * @param rows how many items
   * @param directory where those settings have checkpoints
   * @param says hears how it goes on
   */
  public CheckpointBench(
      KafkaSettings kafka,
      FlinkSettings flink,
      FineTuneConfig config,
      int rows,
      Path directory,
      Consumer<String> says) {
    this.kafka = kafka;
    this.flink = flink;
    this.config = config;
    this.rows = rows;
    this.directory = directory;
    this.says = says;
  }

  /**
   * Runs it.
   *
   * @param clicksPerSecond each touches two rows
   * @param checkpoints how many are looked at behind the first
   */
  public Result run(int clicksPerSecond, int checkpoints) throws Exception {
    try (LocalJobs jobs = LocalJobs.start(2, flink.ofCluster());
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
      long start = System.nanoTime();
      RunningJob job = jobs.submit(job(), flink);
      awaitRunning(job);
      double loadS = seconds(start);
      says.accept("%,d rows are there after %.0f s".formatted(rows, loadS));
      awaitCheckpoint(job, 1);
      CheckpointCost first = job.lastCheckpoint();
      says.accept("the first checkpoint: " + first);
      List<CheckpointCost> after = new ArrayList<>();
      long seen = job.checkpoints();
      long learned = FineTuneStats.of(NAME).learned();
      WrittenFiles files = new WrittenFiles(directory);
      List<Long> bytes = new ArrayList<>();
      while (after.size() < checkpoints) {
        click(producer, clicksPerSecond);
        files.look();
        if (job.checkpoints() > seen) {
          seen = job.checkpoints();
          after.add(job.lastCheckpoint());
          bytes.add(files.bytes());
          says.accept("checkpoint %d: %s".formatted(seen, after.get(after.size() - 1)));
        }
      }
      learned = FineTuneStats.of(NAME).learned() - learned;
      double residentMb = ResidentMemory.kilobytes() / 1_024;
      job.cancel();
      return new Result(loadS, first, after, bytes, learned, residentMb, restore(jobs));
    }
  }

  private double restore(LocalJobs jobs) throws Exception {
    long start = System.nanoTime();
    RunningJob again = jobs.resume(job(), flink);
    awaitRunning(again);
    double restoreS = seconds(start);
    says.accept("and after %.0f s once more, from the last checkpoint".formatted(restoreS));
    awaitCheckpoint(again, 1);
    says.accept("the first checkpoint after that: " + again.lastCheckpoint());
    again.cancel();
    return restoreS;
  }

  private FineTuneJob job() {
    DomainModel model = config.model();
    int many = rows;
    return new FineTuneJob(
        NAME,
        kafka,
        config,
        new FineTuneJob.Ports(
            KafkaPorts.tracedSource(kafka, kafka.topics().userHistories(), NAME),
            (name, listener) -> GeneratedRows.start(model, many, listener),
            Epochs.onKafka(kafka, model),
            CheckpointBench::encoder,
            KafkaPorts.sink(kafka)));
  }

  private static LearningModel encoder() {
    EncoderConfig size = EncoderConfig.defaults().withDim(GeneratedRows.DIM);
    return new LearningModel(
        "random", GeneratedRows.DIM, 0.3f, () -> new SasRec(size, new SplittableRandom(7)));
  }

  /** Sends a second's clicks in that second. */
  private void click(KafkaProducer<byte[], byte[]> producer, int many) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
    for (int i = 0; i < many; i++) {
      UserHistory history = history(clicks++);
      byte[] key = Keys.of(history.getDomain(), history.getUser()).getBytes(StandardCharsets.UTF_8);
      // One that is lost is missing among those learned.
      var unused =
          producer.send(
              new ProducerRecord<>(kafka.topics().userHistories(), key, history.toByteArray()));
    }
    LockSupport.parkNanos(end - System.nanoTime());
  }

  private UserHistory history(long click) {
    long nowMs = System.currentTimeMillis();
    return UserHistory.newBuilder()
        .setDomain(config.model().domain())
        .setUser("user-" + click)
        .setSeq(1)
        .setCause(UserHistory.Cause.EVENT)
        .setNewIndex(1)
        .addEntries(entry(2 * click, nowMs))
        .addEntries(entry(2 * click + 1, nowMs))
        .setEventId("click-" + click)
        .setEventTimeMs(nowMs)
        .setPublishedMs(nowMs)
        .build();
  }

  private HistoryEntry entry(long index, long timeMs) {
    String item = GeneratedRows.item((int) (index * STRIDE % rows));
    return HistoryEntry.newBuilder().setItem(item).setEventTimeMs(timeMs).build();
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  private static void awaitRunning(RunningJob job) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(10);
    while (!job.isRunning()) {
      requireBefore(deadline, job, "did not start");
    }
  }

  private static void awaitCheckpoint(RunningJob job, long count) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (job.checkpoints() < count) {
      requireBefore(deadline, job, "made no checkpoint");
    }
  }

  private static void requireBefore(long deadline, RunningJob job, String what) throws Exception {
    if (System.nanoTime() > deadline || job.failure().isPresent()) {
      throw new TimeoutException("the job " + what + ": " + job.failure().orElse("no failure"));
    }
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
  }
}
