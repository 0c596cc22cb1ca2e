package dev.headwater.jobs.coldstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Heartbeat;
import dev.headwater.events.Keys;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.Match;
import dev.headwater.idp.cdim.ItemPool;
import dev.headwater.idp.cdim.SpreadBonus;
import dev.headwater.idp.cdim.TextSlope;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.FlinkSettings;
import dev.headwater.jobs.JobsBroker;
import dev.headwater.jobs.kafka.KafkaPorts;
import dev.headwater.jobs.local.LocalJobs;
import dev.headwater.jobs.local.RunningJob;
import dev.headwater.jobs.models.AnnouncedModels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.api.common.JobStatus;
import org.assertj.core.data.Offset;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The job on a real broker and a local Flink cluster, with an encoder of random words. */
@Timeout(120)
class ColdStartJobIT {
  private static final DomainModel MODEL = new DomainModel("shop", "/nowhere", "m1");
  private static final int DIM = 8;
  private static final long FIVE_SECONDS_MS = 5_000;

  /** Static, for a job is serialized. */
  private static final CountDownLatch BEGAN = new CountDownLatch(1);

  private static final AtomicReference<Runnable> ENCODING = new AtomicReference<>(() -> {});

  private static JobsBroker broker;
  private static LocalJobs flink;
  private static int tests;

  @TempDir Path checkpoints;
  private JobsBroker.Tenant tenant;
  private String name;
  private ColdStartStats stats;

  @BeforeAll
  static void start() throws Exception {
    broker = new JobsBroker();
    flink = LocalJobs.start(2);
  }

  @AfterAll
  static void stop() {
    flink.close();
    broker.close();
  }

  @BeforeEach
  void tenant() {
    name = "cold-start-it-" + ++tests;
    tenant = broker.tenant("c" + tests + ".");
    stats = ColdStartStats.of(name);
  }

  @AfterEach
  void close() {
    tenant.close();
  }

  @Test
  void anItemGetsARowFromTheMostSimilarSources() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    accept("lamp", "red desk lamp", 1, 1);
    await(() -> assertThat(tenant.cold()).containsKey("lamp"));
    EmbeddingRow row = row("lamp");
    assertThat(row.getOrigin()).isEqualTo(EmbeddingRow.Origin.COLD_START);
    assertThat(row.getMatches(0).getItem()).isEqualTo("desk lamp");
    assertThat(row.getMatchesList().stream().mapToDouble(Match::getWeight).sum())
        .isCloseTo(1, org.assertj.core.data.Offset.offset(1e-3));
    assertThat(Vectors.dim(row.getTextVector())).isEqualTo(WordEncoder.DIM);
    assertThat(row.getSourceVector()).isEqualTo(row.getVector());
    assertThat(row.getPublishedMs()).isGreaterThanOrEqualTo(row.getComputedMs());
    job.cancel();
  }

  @Test
  void aChangedTextGivesANewRowAndAnUnchangedOneNothing() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    accept("x", "red desk lamp", 1, 1);
    accept("x", "red desk lamp", 1, 1);
    accept("x", "garden hose", 1, 3);
    await(() -> assertThat(row("x").getRevision()).isEqualTo(3));
    assertThat(row("x").getMatches(0).getItem()).isEqualTo("garden hose");
    assertThat(stats.encoded()).isEqualTo(2);
    assertThat(stats.unchanged()).isEqualTo(1);
    job.cancel();
  }

  @Test
  void aTombstoneGivesATombstoneAndANewIncarnationARow() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    accept("x", "red desk lamp", 1, 1);
    await(() -> assertThat(tenant.cold()).containsKey("x"));
    tenant.send(tenant.topics().acceptedItems(), "shop/x", null);
    await(() -> assertThat(tenant.cold()).doesNotContainKey("x"));
    accept("x", "red desk lamp", 7, 7);
    await(() -> assertThat(row("x").getIncarnation()).isEqualTo(7));
    job.cancel();
  }

  /** The row of a TaskManager that was paused over a change and a restart comes last. */
  @Test
  void aRowSentLateIsOvertakenAgain() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    accept("x", "red desk lamp", 1, 1);
    await(() -> assertThat(tenant.cold()).containsKey("x"));
    EmbeddingRow late = row("x");
    accept("x", "garden hose", 1, 3);
    await(() -> assertThat(row("x").getRevision()).isEqualTo(3));
    assertThat(row("x").getVersion().getEpoch()).isPositive();
    String key = MODEL.rowKey("x");
    tenant.send(tenant.topics().coldStartRows(), key, late.toByteArray());
    await(() -> assertThat(tenant.coldRevisions()).containsSequence(1L, 3L, 1L, 3L));

    tenant.end(tenant.topics().acceptedItems(), "shop/x", 1);
    await(() -> assertThat(tenant.cold()).doesNotContainKey("x"));
    tenant.send(tenant.topics().coldStartRows(), key, late.toByteArray());
    await(() -> assertThat(tenant.coldRevisions()).endsWith(1L, -1L));
    assertThat(tenant.cold()).doesNotContainKey("x");
    job.cancel();
  }

  @Test
  void aDeletionIsPassedOnAndConfirmed() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    accept("x", "red desk lamp", 1, 1);
    await(() -> assertThat(tenant.cold()).containsKey("x"));
    long deletedMs = System.currentTimeMillis();
    tenant.delete(tenant.topics().acceptedItems(), "shop/x", deletedMs);
    await(() -> assertThat(tenant.receipts()).containsKey("cold-start/shop/item/x"));
    assertThat(tenant.receipts().values())
        .singleElement()
        .satisfies(receipt -> assertThat(receipt.deletedMs()).isEqualTo(deletedMs));
    await(() -> assertThat(tenant.cold()).doesNotContainKey("x"));
    job.cancel();
  }

  /** FineTuneJob and the nodes hear of a request by the rows' topic alone. */
  @Test
  void aDeletionOfAnItemThatNobodyPublishedIsPassedOnAndEndsNothingLater() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    tenant.delete(tenant.topics().acceptedItems(), "shop/x", System.currentTimeMillis());
    await(() -> assertThat(tenant.receipts()).containsKey("cold-start/shop/item/x"));
    await(() -> assertThat(tenant.coldRevisions()).containsExactly(-1L));
    accept("x", "red desk lamp", 1, 1);
    await(() -> assertThat(row("x").getIncarnation()).isEqualTo(1));
    job.cancel();
  }

  @Test
  void readsAllAgainWithoutStateAndEncodesNothingTwice() throws Exception {
    accept("a", "red desk lamp", 1, 1);
    accept("x", "garden hose", 2, 2);
    tenant.send(tenant.topics().acceptedItems(), "shop/x", null);
    accept("x", "garden hose", 4, 4);
    RunningJob job = flink.submit(job(), settings());
    await(() -> assertThat(tenant.cold()).containsKeys("a", "x"));
    await(() -> assertThat(row("x").getIncarnation()).isEqualTo(4));
    job.cancel();
    long encoded = stats.encoded();
    RunningJob again = flink.submit(job(), settings());
    accept("b", "desk", 9, 9);
    await(() -> assertThat(tenant.cold()).containsKey("b"));
    // The deleted item is made again after its replayed tombstone; nothing else costs an encoding.
    await(() -> assertThat(row("x").getIncarnation()).isEqualTo(4));
    assertThat(stats.encoded() - encoded).isBetween(1L, 2L);
    again.cancel();
  }

  @Test
  void anItemWithoutWordsGetsTheFallbackRowAndADeadLetter() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    accept("x", "?!", 1, 1);
    await(() -> assertThat(tenant.deadLetters()).containsExactly("no_usable_text"));
    await(() -> assertThat(tenant.cold()).containsKey("x"));
    assertThat(row("x").getOrigin()).isEqualTo(EmbeddingRow.Origin.FALLBACK);
    assertThat(Vectors.unpack(row("x").getVector())).isEqualTo(fallback());
    job.cancel();
  }

  @Test
  void anItemInALanguageThatTheEncoderDoesNotKnowGetsThemToo() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    accept("x", "\u6728\u5236 lamp", 1, 1);
    accept("y", "\u6728 desk", 2, 2);
    await(() -> assertThat(tenant.deadLetters()).hasSize(2).containsOnly("no_usable_text"));
    await(() -> assertThat(tenant.cold()).containsKeys("x", "y"));
    assertThat(row("y").getOrigin()).isEqualTo(EmbeddingRow.Origin.FALLBACK);
    assertThat(row("y").getNearTextsList()).isEmpty();
    assertThat(row("y").hasTextVector()).isFalse();
    accept("z", "desk lamp", 3, 3);
    accept("w", "desk", 4, 4);
    await(() -> assertThat(tenant.cold()).containsKeys("z", "w"));
    assertThat(ColdStartStats.of(name).knownWords("shop")).isEqualTo(3 / 4.0);
    job.cancel();
  }

  @Test
  void aRecordThatIsNoItemGoesToTheDeadLettersAndNothingStops() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    tenant.send(tenant.topics().acceptedItems(), "shop/x", new byte[] {9, 9, 9});
    tenant.send(tenant.topics().acceptedItems(), "nokey", new byte[] {1});
    accept("a", "desk lamp", 1, 1);
    await(() -> assertThat(tenant.cold()).containsKey("a"));
    await(
        () ->
            assertThat(tenant.deadLetters())
                .containsExactlyInAnyOrder("undecodable", "key_mismatch"));
    job.cancel();
  }

  @Test
  void trainedItemsOfTheDomainLendTheirEmbeddings() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    accept("old", "crystal vase", 1, 1);
    await(() -> assertThat(tenant.cold()).containsKey("old"));
    float[] learned = {9, 9, 9, 9, 9, 9, 9, 9};
    EmbeddingRow tuned =
        row("old").toBuilder()
            .setOrigin(EmbeddingRow.Origin.FINE_TUNED)
            .setInteractionsLearned(3)
            .setVector(Vectors.fp32(learned))
            .build();
    tenant.send(tenant.topics().fineTunedRows(), MODEL.rowKey("old"), tuned.toByteArray());
    for (int i = 0; i < 40; i++) {
      String item = "new" + i;
      accept(item, "crystal vase", 10 + i, 10 + i);
      await(() -> assertThat(tenant.cold()).containsKey(item));
      if (row(item).getMatches(0).getItem().equals("old")) {
        break;
      }
    }
    String last = tenant.coldKeys().get(tenant.coldKeys().size() - 1);
    assertThat(row(last).getMatches(0).getDomain()).isEqualTo("shop");
    assertThat(row(last).getSourceVector()).isNotEqualTo(row(last).getVector());
    job.cancel();
  }

  @Test
  void rowsNobodyClickedYetAreMadeAgainFromTrainedItems() throws Exception {
    ColdStartConfig often =
        new ColdStartConfig(
            List.of(MODEL),
            ColdStartConfig.Settings.of(Map.of("warm-rows", 1, "refresh-interval", "100 ms")));
    RunningJob job = flink.submit(job(often), settings());
    accept("old", "crystal vase", 1, 1);
    accept("early", "crystal vase", 2, 2);
    accept("gone", "crystal vase", 3, 3);
    await(() -> assertThat(tenant.cold()).containsKeys("old", "early", "gone"));
    tenant.send(tenant.topics().acceptedItems(), "shop/gone", null);
    await(() -> assertThat(tenant.cold()).doesNotContainKey("gone"));
    assertThat(row("early").getMatches(0).getDomain()).isEqualTo("source");
    EmbeddingRow tuned =
        row("old").toBuilder()
            .setOrigin(EmbeddingRow.Origin.FINE_TUNED)
            .setInteractionsLearned(3)
            .setVector(Vectors.fp32(new float[] {9, 9, 9, 9, 9, 9, 9, 9}))
            .build();
    tenant.send(tenant.topics().fineTunedRows(), MODEL.rowKey("old"), tuned.toByteArray());
    await(() -> assertThat(row("early").getMatches(0).getItem()).isEqualTo("old"));
    assertThat(row("early").getIncarnation()).isEqualTo(2);
    assertThat(row("early").getRevision()).isEqualTo(2);
    assertThat(row("old").getMatches(0).getDomain()).as("has its click").isEqualTo("source");
    assertThat(tenant.cold()).doesNotContainKey("gone");
    await(() -> assertThat(stats.refreshed()).as("counted once it is sent").isEqualTo(1));
    accept("early", "garden hose", 2, 10);
    await(() -> assertThat(row("early").getRevision()).isEqualTo(10));
    job.cancel();
  }

  @Test
  void anAnnouncedBundleGetsRowsForAllItemsWithoutARestart() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    accept("old", "red desk lamp", 1, 1);
    accept("gone", "garden hose", 2, 2);
    await(() -> assertThat(tenant.cold()).containsKeys("old", "gone"));
    tenant.send(tenant.topics().acceptedItems(), "shop/gone", null);
    await(() -> assertThat(tenant.cold()).doesNotContainKey("gone"));
    long encoded = stats.encoded();
    tenant.announce("shop", "m2");
    await(() -> assertThat(row("old").getBundleId()).isEqualTo("m2"));
    assertThat(row("old").getMatches(0).getItem()).isEqualTo("desk lamp");
    assertThat(stats.encoded()).as("the text vector was in the row").isEqualTo(encoded);
    await(
        () -> {
          accept("new", "paper clip", 3, 3 + tenant.coldKeys().size());
          assertThat(row("new").getBundleId()).isEqualTo("m2");
        });
    assertThat(tenant.cold()).doesNotContainKey("gone");
    long before = tenant.coldKeys().stream().filter("old"::equals).count();
    tenant.send(tenant.topics().acceptedItems(), "shop/old", null);
    await(
        () ->
            assertThat(tenant.coldKeys().stream().filter("old"::equals).count())
                .as("ends under each")
                .isEqualTo(before + 2));
    job.cancel();
  }

  @Test
  void aBundleWithATunedTextEncoderHasItsTextsEncodedAnew() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    accept("old", "red desk lamp", 1, 1);
    await(() -> assertThat(tenant.cold()).containsKey("old"));
    long encoded = stats.encoded();
    tenant.announce("shop", "m3");
    await(() -> assertThat(row("old").getBundleId()).isEqualTo("m3"));
    assertThat(stats.encoded()).isEqualTo(encoded + 1);
    assertThat(row("old").getMatches(0).getItem()).isEqualTo("desk lamp");
    assertThat(row("old").getTextVector())
        .isEqualTo(Vectors.int8(WordEncoder.encode("tuned-words", "red desk lamp")));
    await(
        () -> {
          accept("new", "paper clip", 3, 3 + tenant.coldKeys().size());
          assertThat(row("new").getTextVector())
              .isEqualTo(Vectors.int8(WordEncoder.encode("tuned-words", "paper clip")));
        });
    job.cancel();
  }

  /** The texts of the new bundle take a while: meanwhile an item ends and another changes. */
  @Test
  void whatEndsOrChangesWhileABundleIsExchangedEndsOrChangesUnderTheNewOne() throws Exception {
    CountDownLatch began = new CountDownLatch(1);
    CountDownLatch changed = new CountDownLatch(1);
    ENCODING.set(
        () -> {
          began.countDown();
          awaitQuietly(changed);
        });
    TextEncoders encoders =
        model ->
            model.bundleId().equals("m3")
                ? new SlowEncoder(
                    "tuned-words", 0, () -> Objects.requireNonNull(ENCODING.get()).run())
                : new WordEncoder("words");
    RunningJob job = flink.submit(job(ColdStartConfig.of(MODEL), encoders), settings());
    accept("stays", "garden hose", 1, 1);
    accept("gone", "paper clip", 2, 2);
    accept("edited", "office chair", 3, 3);
    await(() -> assertThat(tenant.cold()).containsKeys("stays", "gone", "edited"));
    tenant.announce("shop", "m3");
    assertThat(began.await(40, TimeUnit.SECONDS)).isTrue();
    tenant.send(tenant.topics().acceptedItems(), "shop/gone", null);
    accept("edited", "red desk lamp", 3, 9);
    await(() -> assertThat(tenant.cold()).doesNotContainKey("gone"));
    await(() -> assertThat(row("edited").getRevision()).isEqualTo(9));
    changed.countDown();
    await(() -> assertThat(row("stays").getBundleId()).isEqualTo("m3"));
    await(() -> assertThat(row("edited").getBundleId()).isEqualTo("m3"));
    assertThat(row("edited").getRevision()).isEqualTo(9);
    assertThat(row("edited").getTextVector())
        .isEqualTo(Vectors.int8(WordEncoder.encode("tuned-words", "red desk lamp")));
    assertThat(tenant.cold()).doesNotContainKey("gone");
    job.cancel();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      if (!latch.await(60, TimeUnit.SECONDS)) {
        throw new AssertionError("nobody let it go on");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void losesNoItemWhenTheTaskManagerDies() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    for (int i = 0; i < 50; i++) {
      accept("a" + i, "desk lamp", i, i);
    }
    await(() -> assertThat(job.isRunning()).isTrue());
    flink.replaceTaskManager();
    for (int i = 0; i < 50; i++) {
      accept("b" + i, "garden hose", 100 + i, 100 + i);
    }
    await(() -> assertThat(tenant.cold()).hasSize(100));
    job.cancel();
  }

  /** Behind an item whose text takes five seconds, a heartbeat takes as long as the item. */
  @Test
  void aHeartbeatIsAsLateAsTheItemBeforeIt() throws Exception {
    TextEncoders slow = model -> new SlowEncoder(FIVE_SECONDS_MS);
    RunningJob job = flink.submit(job(ColdStartConfig.of(MODEL), slow), settings());
    beat(1);
    await(() -> assertThat(tenant.heartbeats()).hasSize(1));
    accept("lamp", "red desk lamp", 1, 1);
    beat(2);
    await(() -> assertThat(tenant.heartbeats()).hasSize(2));
    EmbeddingRow row = row("lamp");
    var returned = tenant.heartbeats().get(1);
    long publishedMs = returned.heartbeat().publishedMs();
    long stampMs = Objects.requireNonNull(returned.heartbeat().stamp(Heartbeat.Hop.COLD_START));
    // It could not leave before the item's row did: that is the true delay.
    long trueMs = row.getPublishedMs() - publishedMs;
    assertThat(row.getPublishedMs() - row.getCausedMs()).isGreaterThanOrEqualTo(FIVE_SECONDS_MS);
    assertThat(stampMs - publishedMs).isCloseTo(trueMs, Offset.offset(100L));
    assertThat(returned.partition()).isEqualTo(1);
    assertThat(tenant.coldKeys()).containsExactly("lamp");
    assertThat(stats.tombstones() + stats.deadLetters()).isZero();
    job.cancel();
  }

  /**
   * Found by replacing a cluster under load: a text was ready after the task had closed its
   * mailbox.
   */
  @Test
  void aStopWithSavepointDoesNotFailOverAnItemThatIsBeingEncoded() throws Exception {
    TextEncoders slow = model -> new SlowEncoder(FIVE_SECONDS_MS, BEGAN::countDown);
    RunningJob job = flink.submit(job(ColdStartConfig.of(MODEL), slow), settings());
    accept("lamp", "red desk lamp", 1, 1);
    assertThat(BEGAN.await(40, TimeUnit.SECONDS)).isTrue();
    Path savepoint = job.stopWithSavepoint(checkpoints.resolve("sp"));
    assertThat(job.status()).isEqualTo(JobStatus.FINISHED);
    assertThat(tenant.cold()).doesNotContainKey("lamp");
    RunningJob again = flink.submit(job(), settings(), savepoint);
    await(() -> assertThat(tenant.cold()).containsKey("lamp"));
    again.cancel();
  }

  private void beat(long seq) {
    Heartbeat heartbeat =
        Heartbeat.of(Heartbeat.Path.ITEMS, "n", seq, 1, System.currentTimeMillis());
    tenant.beat(tenant.topics().acceptedItems(), "shop", heartbeat, 2);
  }

  private ColdStartJob job() {
    return job(ColdStartConfig.of(MODEL));
  }

  private ColdStartJob job(ColdStartConfig config) {
    return job(config, model -> new WordEncoder(textsOf(model)));
  }

  private ColdStartJob job(ColdStartConfig config, TextEncoders encoders) {
    var kafka = tenant.kafka();
    return new ColdStartJob(
        name,
        kafka,
        config,
        new ColdStartJob.Ports(
            KafkaPorts.source(kafka, kafka.topics().acceptedItems(), name),
            encoders,
            model -> matching(textsOf(model)),
            KafkaPorts.sink(kafka),
            watch -> AnnouncedModels.open(watch, kafka, Duration.ofSeconds(30))));
  }

  /** Bundle m3 brings a text encoder of its own. */
  private static String textsOf(DomainModel model) {
    return model.bundleId().equals("m3") ? "tuned-words" : "words";
  }

  private static MatchingModel matching(String textEncoder) {
    ItemPool pool = new ItemPool(WordEncoder.DIM, DIM);
    int seed = 0;
    for (String text : new String[] {"desk lamp", "garden hose", "paper clip", "office chair"}) {
      float[] vector = new float[DIM];
      vector[seed++] = 2;
      pool.put("source", text, WordEncoder.encode(textEncoder, text), vector);
    }
    return new MatchingModel(
        "enc", textEncoder, WordEncoder.DIM, DIM, pool, TextSlope.none(), fallback(), bonus());
  }

  private static SpreadBonus bonus() {
    return SpreadBonus.of(new float[][] {{1, 1, 1, 1, 1, 1, 1, 1}}, 1);
  }

  private static float[] fallback() {
    return new float[] {1, 0, 0, 0, 0, 0, 0, 1};
  }

  private void accept(String item, String title, long incarnation, long revision) {
    AcceptedItem accepted =
        AcceptedItem.newBuilder()
            .setDomain("shop")
            .setItem(item)
            .setTitle(title)
            .setIncarnation(incarnation)
            .setRevision(revision)
            .setPublishedMs(System.currentTimeMillis())
            .build();
    tenant.send(tenant.topics().acceptedItems(), Keys.of("shop", item), accepted.toByteArray());
  }

  private FlinkSettings settings() {
    return JobsBroker.flink(checkpoints, "2 s");
  }

  private EmbeddingRow row(String item) {
    return Objects.requireNonNull(tenant.cold().get(item), item);
  }

  private static void await(org.awaitility.core.ThrowingRunnable assertion) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(50))
        .ignoreException(NullPointerException.class)
        .untilAsserted(assertion);
  }
}
