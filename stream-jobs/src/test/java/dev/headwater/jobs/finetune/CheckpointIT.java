package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Keys;
import dev.headwater.events.RowRecord;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;
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
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints that hold what changed: their size, and what may be started from what. */
@Timeout(240)
class CheckpointIT {
  /** Many times what one step of learning touches, which is its negatives. */
  private static final int ROWS = 30_000;

  /** Four vectors. */
  private static final int LEAST_ROW_BYTES = 4 * 4 * SmallModel.DIM;

  private static JobsBroker broker;
  private static int tests;

  @TempDir Path work;
  private JobsBroker.Tenant tenant;
  private String name;
  private FineTuneStats stats;
  private FlinkSettings changes;
  private FlinkSettings whole;

  @BeforeAll
  static void start() {
    broker = new JobsBroker();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @BeforeEach
  void tenant() {
    name = "checkpoint-it-" + ++tests;
    tenant = broker.tenant(name + ".");
    stats = FineTuneStats.of(name);
    changes =
        FlinkSettings.in(
            work, Map.of("checkpoint-interval", "1 hour", "whole-state-interval", "1 hour"));
    whole = FlinkSettings.in(work, Map.of("checkpoint-interval", "1 hour"));
  }

  @AfterEach
  void close() {
    tenant.close();
  }

  private static LocalJobs cluster(FlinkSettings settings) throws Exception {
    return LocalJobs.start(4, settings.ofCluster());
  }

  @Test
  void fewRowsOfManyAreFewBytesAndAStartFromThemHasAll() throws Exception {
    try (LocalJobs flink = cluster(changes)) {
      RunningJob job = flink.submit(manyRows(), changes);
      awaitRunning(job);
      job.checkpoint();
      assertThat(job.lastCheckpoint().stateBytes()).isGreaterThan(ROWS * LEAST_ROW_BYTES);
      await(() -> assertThat(longestWhole()).isGreaterThan(ROWS * LEAST_ROW_BYTES));
      job.checkpoint();
      tenant.clicks("u1", "i1", "i2");
      await(() -> assertThat(stats.learned()).isEqualTo(1));
      job.checkpoint();
      long bytes = job.lastCheckpoint().writtenBytes();
      assertThat(bytes).as("the row and a step's negatives").isGreaterThan(LEAST_ROW_BYTES);
      assertThat(bytes).isLessThan(ROWS * LEAST_ROW_BYTES / 10);
      job.cancel();
    }
    try (LocalJobs flink = cluster(changes)) {
      RunningJob again = flink.resume(manyRows(), changes);
      awaitRunning(again);
      again.checkpoint();
      assertThat(again.lastCheckpoint().writtenBytes())
          .as("the weights alone: no row had to be taken from the topics")
          .isLessThan(50 * LEAST_ROW_BYTES);
      assertThat(again.lastCheckpoint().stateBytes()).isGreaterThan(ROWS * LEAST_ROW_BYTES);
      tenant.clicks("u2", "i1", "i2");
      await(() -> assertThat(learned("i2")).isEqualTo(2));
      again.cancel();
    }
  }

  /** Returns the size of the longest file into which an operator's whole state was written. */
  private long longestWhole() throws IOException {
    try (Stream<Path> files = Files.walk(work)) {
      return files
          .filter(file -> file.toString().contains("taskowned"))
          .mapToLong(file -> file.toFile().length())
          .max()
          .orElse(0);
    }
  }

  @Test
  void goesOnFromWholeCheckpointsAndBackToThem() throws Exception {
    coldRows();
    clickAndCheckpoint(whole, 1, 1);
    clickAndCheckpoint(changes, 1, 2);
    clickAndCheckpoint(changes, 1, 3);
    clickAndCheckpoint(whole, 1, 4);
    clickAndCheckpoint(whole, 1, 5);
  }

  @Test
  void itsShardsMayBecomeMoreAndFewer() throws Exception {
    coldRows();
    clickAndCheckpoint(changes, 1, 1);
    clickAndCheckpoint(changes, 2, 2);
    clickAndCheckpoint(changes, 1, 3);
    clickAndCheckpoint(whole, 2, 4);
  }

  @Test
  void itsWorkersMayBecomeMoreAndFewer() throws Exception {
    coldRows();
    clickAndCheckpoint(changes, 1, 1, 1);
    clickAndCheckpoint(changes, 1, 4, 2);
    clickAndCheckpoint(changes, 2, 2, 3);
    clickAndCheckpoint(whole, 1, 1, 4);
  }

  private void coldRows() {
    for (int i = 0; i < 30; i++) {
      tenant.cold(SmallModel.coldRow("i" + i, 1, 1, SmallModel.vector(i)));
    }
  }

  /** Goes on from the newest checkpoint, learns each item once more and leaves a checkpoint. */
  private void clickAndCheckpoint(FlinkSettings settings, int shards, int times) throws Exception {
    clickAndCheckpoint(settings, shards, 1, times);
  }

  private void clickAndCheckpoint(FlinkSettings settings, int shards, int workers, int times)
      throws Exception {
    try (LocalJobs flink = cluster(settings)) {
      RunningJob job = flink.resume(Chaos.job(name, tenant, shards, workers), settings);
      tenant.clicks("u" + times, "i0", "i1", "i2", "i3", "i4", "i5", "i6", "i7");
      for (int i = 1; i <= 7; i++) {
        String item = "i" + i;
        await(() -> assertThat(learned(item)).as(item).isEqualTo(times));
      }
      assertThat(stats.known()).as("clicks read again").isZero();
      assertThat(stats.republished()).isZero();
      job.checkpoint();
      job.cancel();
    }
  }

  private long learned(String item) {
    return tenant
        .tuned()
        .getOrDefault(item, EmbeddingRow.getDefaultInstance())
        .getInteractionsLearned();
  }

  /** A job of many rows that were learned before, as it finds them without state. */
  private FineTuneJob manyRows() {
    FineTuneConfig config = FineTuneConfig.of(SmallModel.MODEL);
    var kafka = tenant.kafka();
    return new FineTuneJob(
        name,
        kafka,
        config,
        new FineTuneJob.Ports(
            KafkaPorts.tracedSource(kafka, kafka.topics().userHistories(), name),
            (feed, listener) -> new Feed(listener),
            Epochs.onKafka(kafka, SmallModel.MODEL),
            SmallModel::open,
            KafkaPorts.sink(kafka)));
  }

  /** Hands the rows over on a thread of its own. */
  private static final class Feed extends TestFeed {
    private final Thread thread;

    Feed(RowsFollower.Listener listener) {
      thread = new Thread(() -> run(listener), "rows");
      thread.start();
    }

    private void run(RowsFollower.Listener listener) {
      try {
        for (int i = 0; i < ROWS; i++) {
          EmbeddingRow cold = SmallModel.coldRow("i" + i, 1, 1, SmallModel.vector(i));
          listener.onRow(record(RowRecord.Kind.COLD, i, cold));
          listener.onRow(record(RowRecord.Kind.TUNED, i, tuned(cold)));
        }
        caughtUp = true;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    private static EmbeddingRow tuned(EmbeddingRow cold) {
      return cold.toBuilder()
          .setOrigin(EmbeddingRow.Origin.FINE_TUNED)
          .setVersion(RowVersion.newBuilder().setEpoch(1).setStep(1))
          .build();
    }

    private static RowRecord record(RowRecord.Kind kind, int offset, EmbeddingRow row) {
      Keys.RowKey key =
          new Keys.RowKey(SmallModel.MODEL.domain(), SmallModel.MODEL.bundleId(), "i" + offset);
      return RowRecord.of(kind, key, offset, row);
    }

    @Override
    public void close() {
      thread.interrupt();
    }
  }

  private static void awaitRunning(RunningJob job) {
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(job::isRunning);
  }

  private static void await(org.awaitility.core.ThrowingRunnable assertion) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(assertion);
  }
}
