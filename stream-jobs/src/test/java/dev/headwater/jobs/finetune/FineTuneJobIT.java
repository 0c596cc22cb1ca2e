package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Heartbeat;
import dev.headwater.events.MergedRow;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.QualityWindow;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.ItemCountsCodec;
import dev.headwater.idp.rank.RankerCodec;
import dev.headwater.jobs.FlinkSettings;
import dev.headwater.jobs.JobsBroker;
import dev.headwater.jobs.kafka.KafkaPorts;
import dev.headwater.jobs.local.LocalJobs;
import dev.headwater.jobs.local.RunningJob;
import dev.headwater.jobs.models.AnnouncedModels;
import dev.headwater.jobs.rows.Epochs;
import dev.headwater.jobs.rows.RowsFollower;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The job on a real broker and a local Flink cluster, with a tiny random encoder. */
@Timeout(120)
class FineTuneJobIT {
  private static final CountConfig COUNTING = CountConfig.defaults();
  private static JobsBroker broker;
  private static LocalJobs flink;
  private static int tests;

  @TempDir Path checkpoints;
  private JobsBroker.Tenant tenant;
  private String name;
  private FineTuneStats stats;

  @BeforeAll
  static void start() throws Exception {
    broker = new JobsBroker();
    flink = LocalJobs.start(4);
  }

  @AfterAll
  static void stop() {
    flink.close();
    broker.close();
  }

  @BeforeEach
  void tenant() {
    name = "fine-tune-it-" + ++tests;
    tenant = broker.tenant("t" + tests + ".");
    stats = FineTuneStats.of(name);
    for (int i = 0; i < 30; i++) {
      tenant.cold(SmallModel.coldRow("i" + i, 1, 1, SmallModel.vector(i)));
    }
  }

  @AfterEach
  void close() {
    tenant.close();
  }

  @Test
  void aClickGivesARowAndQuality() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    tenant.clicks("u1", "i1", "i2", "i3");
    await(() -> assertThat(row("i3").getNewestEventId()).isEqualTo("u1-3"));
    assertThat(row("i2").getInteractionsLearned()).isEqualTo(1);
    assertThat(row("i3").getVersion().getEpoch()).isPositive();
    await(() -> assertThat(quality().getLiveTotal().getEvents()).isEqualTo(2));
    assertThat(stats.learned()).isEqualTo(2);
    assertThat(stats.withoutHistory()).isEqualTo(1);
    job.cancel();
  }

  @Test
  void goesOnFromACheckpointWithNothingLostAndHigherVersions() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    tenant.clicks("u1", "i1", "i2", "i3");
    await(() -> assertThat(row("i3").getInteractionsLearned()).isEqualTo(1));
    await(() -> assertThat(stats.learned()).isEqualTo(2));
    job.checkpoint();
    EmbeddingRow before = row("i3");
    job.cancel();
    tenant.clicks("u2", "i5", "i3");
    RunningJob again = flink.resume(job(), settings());
    await(() -> assertThat(row("i3").getInteractionsLearned()).isEqualTo(2));
    EmbeddingRow after = row("i3");
    assertThat(MergedRow.VERSION_ORDER.compare(after.getVersion(), before.getVersion()))
        .isPositive();
    assertThat(after.getVersion().getEpoch()).isGreaterThan(before.getVersion().getEpoch());
    assertThat(stats.learned()).isEqualTo(3);
    again.cancel();
  }

  @Test
  void countsAndWeightsGoOnFromACheckpoint() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    tenant.clicks("u1", "i1", "i2", "i3");
    await(() -> assertThat(tenant.weights()).isNotEmpty());
    await(() -> assertThat(counts("i1").isTaken()).as("a first event").isTrue());
    job.checkpoint();
    job.cancel();
    int before = tenant.weights().size();
    tenant.clicks("u2", "i1", "i2", "i3");
    RunningJob again = flink.resume(job(), settings());
    await(() -> assertThat(counts("i3").taken(5, COUNTING)).isGreaterThan(1.9));
    assertThat(counts("i1").taken(5, COUNTING)).isGreaterThan(1.9).isLessThan(2.1);
    assertThat(counts("i3").lastTick()).as("events are numbered on").isEqualTo(5);
    await(() -> assertThat(tenant.weights()).hasSizeGreaterThan(before));
    again.cancel();
    EmbeddingRow weights = tenant.weights().get(tenant.weights().size() - 1);
    assertThat(RankerCodec.decode(weights.getRanker().toByteArray()).weights().steps())
        .as("four examples, each learned once")
        .isEqualTo(4);
  }

  private ItemCounts counts(String item) {
    EmbeddingRow row = tenant.tuned().getOrDefault(item, EmbeddingRow.getDefaultInstance());
    return row.getCounts().isEmpty()
        ? new ItemCounts()
        : ItemCountsCodec.decode(row.getCounts().toByteArray(), other -> 0);
  }

  @Test
  void nothingUndoesARollback() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    tenant.clicks("u1", "i1", "i2", "i3");
    await(() -> assertThat(row("i3").getInteractionsLearned()).isEqualTo(1));
    EmbeddingRow learned = row("i3");
    EmbeddingRow back =
        SmallModel.coldRow("i3", 1, 1, SmallModel.vector(77)).toBuilder()
            .setOrigin(EmbeddingRow.Origin.FINE_TUNED)
            .setVersion(RowVersion.newBuilder().setGeneration(1))
            .build();
    tenant.send(tenant.topics().rollbackRows(), SmallModel.MODEL.rowKey("i3"), back.toByteArray());
    await(
        () -> {
          tenant.clicks("u" + System.nanoTime(), "i4", "i5");
          assertThat(row("i5").getVersion().getGeneration()).isEqualTo(1);
        });
    tenant.clicks("u2", "i1", "i3");
    await(() -> assertThat(row("i3").getNewestEventId()).isEqualTo("u2-2"));
    EmbeddingRow after = row("i3");
    assertThat(after.getVersion().getGeneration()).isEqualTo(1);
    assertThat(after.getInteractionsLearned()).as("the rolled-back click is not counted").isOne();
    assertThat(distance(after, back)).isLessThan(distance(after, learned));
    job.cancel();
  }

  @Test
  void aRollbackWhileItWasStoppedIsNotUndone() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    tenant.clicks("u1", "i1", "i2", "i3");
    await(() -> assertThat(row("i3").getInteractionsLearned()).isEqualTo(1));
    await(() -> assertThat(stats.learned()).isEqualTo(2));
    job.checkpoint();
    job.cancel();
    EmbeddingRow back =
        row("i3").toBuilder()
            .setOrigin(EmbeddingRow.Origin.ROLLBACK)
            .setVersion(RowVersion.newBuilder().setGeneration(1))
            .setVector(Vectors.fp32(SmallModel.vector(77)))
            .build();
    tenant.send(tenant.topics().rollbackRows(), SmallModel.MODEL.rowKey("i3"), back.toByteArray());
    RunningJob again = flink.resume(job(), settings());
    tenant.clicks("u2", "i4", "i5");
    await(() -> assertThat(row("i5").getVersion().getGeneration()).isEqualTo(1));
    assertThat(row("i3").getVersion().getGeneration()).as("nothing of it was sent again").isZero();
    tenant.clicks("u3", "i4", "i3");
    await(() -> assertThat(row("i3").getVersion().getGeneration()).isEqualTo(1));
    assertThat(distance(row("i3"), back)).isLessThan(0.1);
    again.cancel();
  }

  @Test
  void withoutItsCheckpointsItGoesOnFromWhatWasLearned(@TempDir Path none) throws Exception {
    RunningJob job = flink.submit(job(), settings());
    tenant.clicks("u1", "i1", "i2", "i3");
    tenant.clicks("u2", "i1", "i3");
    await(() -> assertThat(row("i3").getInteractionsLearned()).isEqualTo(2));
    EmbeddingRow before = row("i3");
    job.cancel();
    FlinkSettings fresh = FlinkSettings.in(none);
    RunningJob again = flink.submit(job(), fresh);
    tenant.clicks("u3", "i1", "i3");
    await(() -> assertThat(row("i3").getVersion().getEpoch()).isNotEqualTo(epoch(before)));
    assertThat(row("i3").getInteractionsLearned()).isEqualTo(3);
    assertThat(stats.known()).as("clicks read again").isEqualTo(3);
    again.cancel();
  }

  private static long epoch(EmbeddingRow row) {
    return row.getVersion().getEpoch();
  }

  private static double distance(EmbeddingRow a, EmbeddingRow b) {
    float[] one = Vectors.unpack(a.getVector());
    float[] two = Vectors.unpack(b.getVector());
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (one[i] - two[i]) * (one[i] - two[i]);
    }
    return sum;
  }

  @Test
  void learnsEachExampleOnceThoughTheTaskManagerDies() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    tenant.clicks("u1", "i1", "i2", "i3");
    await(() -> assertThat(row("i3").getInteractionsLearned()).isEqualTo(1));
    job.checkpoint();
    tenant.clicks("u2", "i1", "i4");
    await(() -> assertThat(row("i4").getInteractionsLearned()).isEqualTo(1));
    flink.replaceTaskManager();
    await(() -> assertThat(job.isRunning()).isTrue());
    tenant.clicks("u3", "i1", "i4");
    await(() -> assertThat(row("i4").getInteractionsLearned()).isEqualTo(2));
    assertThat(row("i3").getInteractionsLearned()).isEqualTo(1);
    job.cancel();
  }

  @Test
  void goesOnWithAnAnnouncedBundleWithoutARestart() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    tenant.clicks("u1", "i1", "i2");
    await(() -> assertThat(row("i2").getInteractionsLearned()).isEqualTo(1));
    job.checkpoint();
    changeBundle();
    tenant.clicks("u2", "i1", "i2", "i3");
    await(() -> assertThat(row("i3").getModel()).isEqualTo("m2"));
    await(() -> assertThat(row("i2").getModel()).isEqualTo("m2"));
    job.checkpoint();
    job.cancel();
    RunningJob again = flink.resume(job(), settings());
    tenant.clicks("u3", "i1", "i3");
    await(() -> assertThat(row("i3").getInteractionsLearned()).isGreaterThanOrEqualTo(2));
    assertThat(row("i3").getModel()).isEqualTo("m2");
    again.cancel();
  }

  /** Another bundle is announced, which has a row for each item. */
  private void changeBundle() throws Exception {
    tenant.announce("shop", "m2");
    for (int i = 0; i < 30; i++) {
      float[] vector = SmallModel.vector(100 + i);
      tenant.cold(SmallModel.coldRow("i" + i, 1, 1, vector).toBuilder().setModel("m2").build());
    }
  }

  /** Until then what its rows had learned and not sent was put down with the bundle. */
  @Test
  void whatWasNotSentGoesOutThoughAnotherBundleWasAnnouncedWhileItWasStopped() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    tenant.clicks("u1", "i1", "i2", "i3");
    await(() -> assertThat(row("i3").getInteractionsLearned()).isEqualTo(1));
    await(() -> assertThat(stats.learned()).isEqualTo(2));
    job.checkpoint();
    job.cancel();
    EmbeddingRow sent = row("i3");
    tenant.send(tenant.topics().fineTunedRows(), SmallModel.MODEL.rowKey("i3"), null);
    changeBundle();
    RunningJob again = flink.resume(job(), settings());
    await(() -> assertThat(row("i3").getVector()).isEqualTo(sent.getVector()));
    assertThat(row("i3").getModel()).isEqualTo(SmallModel.MODEL.bundleId());
    tenant.clicks("u2", "i1", "i3");
    await(() -> assertThat(row("i3").getModel()).isEqualTo("m2"));
    assertThat(row("i3").getInteractionsLearned()).isEqualTo(1);
    assertThat(row("i3").getClicksRead()).as("under either bundle").isEqualTo(2);
    again.cancel();
  }

  @Test
  void theFrozenTableSurvivesASavepoint() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    tenant.clicks("u1", "i1", "i2", "i3");
    await(() -> assertThat(quality().getLiveTotal().getEvents()).isEqualTo(2));
    stats.freezeNow();
    await(() -> assertThat(quality().getLiveTotal().getEvents()).isZero());
    tenant.clicks("u2", "i1", "i2");
    await(() -> assertThat(quality().getFrozenTotal().getEvents()).isEqualTo(1));
    Path savepoint = job.stopWithSavepoint(checkpoints.resolve("sp"));
    RunningJob again = flink.submit(job(), settings(), savepoint);
    await(() -> assertThat(again.isRunning()).isTrue());
    tenant.clicks("u3", "i2", "i3");
    await(() -> assertThat(quality().getLiveTotal().getEvents()).isEqualTo(1));
    assertThat(quality().getFrozenTotal().getEvents()).isEqualTo(1);
    again.cancel();
  }

  @Test
  void aTombstoneEndsTheRowForGood() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    tenant.clicks("u1", "i1", "i2");
    await(() -> assertThat(row("i2").getInteractionsLearned()).isEqualTo(1));
    tenant.coldTombstone(SmallModel.MODEL, "i2");
    await(() -> assertThat(tenant.tuned()).doesNotContainKey("i2"));
    tenant.clicks("u2", "i1", "i2");
    await(() -> assertThat(stats.parked()).isEqualTo(1));
    job.checkpoint();
    job.cancel();
    RunningJob again = flink.resume(job(), settings());
    tenant.cold(SmallModel.coldRow("i2", 9, 9, SmallModel.vector(90)));
    await(() -> assertThat(row("i2").getIncarnation()).isEqualTo(9));
    assertThat(row("i2").getInteractionsLearned()).isEqualTo(1);
    again.cancel();
  }

  @Test
  void aDeletedItemIsConfirmedOnceItsStateIsGoneFromACheckpoint() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    tenant.clicks("u1", "i1", "i2");
    await(() -> assertThat(row("i2").getInteractionsLearned()).isEqualTo(1));
    tenant.delete(tenant.topics().coldStartRows(), SmallModel.MODEL.rowKey("i2"), 5_000);
    await(() -> assertThat(tenant.tuned()).doesNotContainKey("i2"));
    assertThat(tenant.receipts()).isEmpty();
    job.checkpoint();
    await(() -> assertThat(tenant.receipts()).containsKey("fine-tune/shop/item/i2"));
    tenant.cold(SmallModel.coldRow("i2", 9, 9, SmallModel.vector(90)));
    tenant.clicks("u2", "i1", "i2", "i3"); // event times before the request
    await(() -> assertThat(row("i3").getInteractionsLearned()).isEqualTo(1));
    await(() -> assertThat(stats.deleted()).isEqualTo(1));
    assertThat(tenant.tuned()).doesNotContainKey("i2");
    job.cancel();
  }

  /** Under the next bundle nothing says that it was deleted, and the receipt never came. */
  @Test
  void aDeletionIsConfirmedThoughTheBundleIsChangedBeforeTheCheckpoint() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    tenant.clicks("u1", "i1", "i2");
    await(() -> assertThat(row("i2").getInteractionsLearned()).isEqualTo(1));
    tenant.delete(tenant.topics().coldStartRows(), SmallModel.MODEL.rowKey("i2"), 5_000);
    await(() -> assertThat(tenant.tuned()).doesNotContainKey("i2"));
    changeBundle();
    tenant.clicks("u2", "i1", "i3");
    await(() -> assertThat(row("i3").getModel()).isEqualTo("m2"));
    assertThat(tenant.receipts()).isEmpty();
    job.checkpoint();
    await(() -> assertThat(tenant.receipts()).containsKey("fine-tune/shop/item/i2"));
    job.cancel();
  }

  @Test
  void aDeletedUserIsForgottenAndMayComeBack() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    tenant.clicks("u1", "i1", "i2");
    await(() -> assertThat(row("i2").getInteractionsLearned()).isEqualTo(1));
    tenant.delete(tenant.topics().userHistories(), "shop/u1", 5_000);
    await(() -> assertThat(tenant.receipts()).containsKey("fine-tune/shop/user/u1"));
    tenant.clicks("u1", "i1", "i2"); // sequence numbers from 1: a cursor would refuse them
    await(() -> assertThat(row("i2").getInteractionsLearned()).isEqualTo(2));
    job.cancel();
  }

  @Test
  void aChangedTextMovesTheRowAndKeepsItsClicks() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    tenant.clicks("u1", "i1", "i2");
    await(() -> assertThat(row("i2").getInteractionsLearned()).isEqualTo(1));
    float[] before = Vectors.unpack(row("i2").getVector());
    tenant.cold(SmallModel.coldRow("i2", 1, 5, SmallModel.vector(77)));
    await(() -> assertThat(row("i2").getRevision()).isEqualTo(5));
    float[] after = Vectors.unpack(row("i2").getVector());
    assertThat(after[0] - before[0])
        .isCloseTo(
            SmallModel.vector(77)[0] - SmallModel.vector(2)[0],
            org.assertj.core.data.Offset.offset(1e-4f));
    job.cancel();
  }

  @Test
  void keepsItsRowsOverRescaling() throws Exception {
    RunningJob one = flink.submit(job(1), settings());
    tenant.clicks("u1", "i1", "i2", "i3", "i4", "i5", "i6", "i7", "i8");
    await(() -> assertThat(stats.learned()).isEqualTo(7));
    Path first = one.stopWithSavepoint(checkpoints.resolve("sp1"));
    RunningJob two = flink.submit(job(2), settings(), first);
    tenant.clicks("u2", "i1", "i2", "i3", "i4", "i5", "i6", "i7", "i8");
    for (int i = 2; i <= 8; i++) {
      String item = "i" + i;
      await(() -> assertThat(row(item).getInteractionsLearned()).isEqualTo(2));
    }
    assertThat(stats.learned()).isEqualTo(14);
    Path second = two.stopWithSavepoint(checkpoints.resolve("sp2"));
    RunningJob back = flink.submit(job(1), settings(), second);
    tenant.clicks("u3", "i1", "i2", "i3");
    await(() -> assertThat(row("i3").getInteractionsLearned()).isEqualTo(3));
    back.cancel();
  }

  @Test
  void aRecordThatIsNoHistoryGoesToTheDeadLetters() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    tenant.send(tenant.topics().userHistories(), "shop/u", new byte[] {1, 2, 3});
    await(() -> assertThat(tenant.deadLetters()).containsExactly("undecodable"));
    job.cancel();
  }

  private FineTuneJob job() {
    return job(1);
  }

  @Test
  void heartbeatsPassEveryShardBehindTheirClicksAndTeachNothing() throws Exception {
    RunningJob job = flink.submit(job(2), settings());
    tenant.clicks("u1", "i1", "i2", "i3");
    for (int partition = 0; partition < 2; partition++) {
      Heartbeat heartbeat =
          Heartbeat.of(Heartbeat.Path.CLICKS, "n", 1, partition, System.currentTimeMillis());
      tenant.beat(tenant.topics().userHistories(), "shop", heartbeat, 2);
    }
    await(() -> assertThat(tenant.heartbeats()).hasSize(2));
    for (var returned : tenant.heartbeats()) {
      assertThat(returned.topic()).isEqualTo(tenant.topics().fineTunedRows());
      assertThat(returned.partition()).isEqualTo(returned.heartbeat().partition());
      assertThat(returned.heartbeat().stamp(Heartbeat.Hop.FINE_TUNE)).isNotNull();
    }
    await(() -> assertThat(tenant.tuned()).containsKey("i3"));
    await(() -> assertThat(quality().getLiveTotal().getEvents()).isPositive());
    assertThat(tenant.tuned().keySet()).allMatch(item -> item.startsWith("i"));
    assertThat(stats.learned()).isEqualTo(2);
    assertThat(stats.parked() + stats.dropped()).isZero();
    assertThat(stats.withoutHistory()).isEqualTo(1);
    assertThat(tenant.deadLetters()).isEmpty();
    job.cancel();
  }

  private FineTuneJob job(int shards) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("shards", shards);
    settings.put("seed", 1);
    settings.put("batch-wait", "20 ms");
    settings.put("load-timeout", "1 minute");
    settings.put("publish.interval", "100 ms");
    settings.put("publish.age-max", "200 ms");
    settings.put("publish.drift-age-max", "2 s");
    settings.put("scoring.per-second", 1_000);
    settings.put("scoring.window", "300 ms");
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
            KafkaPorts.sink(kafka),
            new FineTuneJob.Switching(
                watch -> AnnouncedModels.open(watch, kafka, Duration.ofSeconds(30)),
                model ->
                    new FineTuneJob.ModelPorts(
                        (feed, rows) -> new RowsFollower(feed, kafka, model, rows).start(),
                        Epochs.onKafka(kafka, model),
                        SmallModel::open))));
  }

  private FlinkSettings settings() {
    return JobsBroker.flink(checkpoints, "30 s");
  }

  private EmbeddingRow row(String item) {
    Map<String, EmbeddingRow> rows = tenant.tuned();
    assertThat(rows).containsKey(item);
    return Objects.requireNonNull(rows.get(item));
  }

  private QualityWindow quality() {
    List<QualityWindow> windows = new ArrayList<>(tenant.quality());
    assertThat(windows).isNotEmpty();
    return windows.get(windows.size() - 1);
  }

  private static void await(org.awaitility.core.ThrowingRunnable assertion) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(assertion);
  }
}
