package dev.headwater.jobs.coldstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Keys;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.Match;
import dev.headwater.idp.cdim.ItemBias;
import dev.headwater.idp.cdim.ItemPool;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.FlinkSettings;
import dev.headwater.jobs.JobsBroker;
import dev.headwater.jobs.kafka.KafkaPorts;
import dev.headwater.jobs.local.LocalJobs;
import dev.headwater.jobs.local.RunningJob;
import dev.headwater.jobs.models.AnnouncedModels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
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
  void aTombstoneGivesATombstoneAndANewLifeARow() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    accept("x", "red desk lamp", 1, 1);
    await(() -> assertThat(tenant.cold()).containsKey("x"));
    tenant.send(tenant.topics().acceptedItems(), "shop/x", null);
    await(() -> assertThat(tenant.cold()).doesNotContainKey("x"));
    accept("x", "red desk lamp", 7, 7);
    await(() -> assertThat(row("x").getIncarnation()).isEqualTo(7));
    job.cancel();
  }

  @Test
  void anErasureIsPassedOnAndConfirmed() throws Exception {
    RunningJob job = flink.submit(job(), settings());
    accept("x", "red desk lamp", 1, 1);
    await(() -> assertThat(tenant.cold()).containsKey("x"));
    tenant.erase(tenant.topics().acceptedItems(), "shop/x", 5_000);
    await(() -> assertThat(tenant.receipts()).containsKey("cold-start/shop/item/x"));
    assertThat(tenant.receipts().values())
        .singleElement()
        .satisfies(receipt -> assertThat(receipt.erasedMs()).isEqualTo(5_000));
    await(() -> assertThat(tenant.cold()).doesNotContainKey("x"));
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

  private ColdStartJob job() {
    var kafka = tenant.kafka();
    return new ColdStartJob(
        name,
        kafka,
        ColdStartConfig.of(MODEL),
        new ColdStartJob.Ports(
            KafkaPorts.source(kafka, kafka.topics().acceptedItems(), name),
            WordEncoder::new,
            model -> matching(),
            KafkaPorts.sink(kafka),
            watch -> AnnouncedModels.open(watch, kafka, Duration.ofSeconds(30))));
  }

  private static MatchingModel matching() {
    ItemPool pool = new ItemPool(WordEncoder.DIM, DIM);
    int seed = 0;
    for (String text : new String[] {"desk lamp", "garden hose", "paper clip", "office chair"}) {
      float[] vector = new float[DIM];
      vector[seed++] = 2;
      pool.put("source", text, WordEncoder.encode(text), vector);
    }
    return new MatchingModel("enc", "words", WordEncoder.DIM, DIM, pool, fallback(), itemBias());
  }

  private static ItemBias itemBias() {
    return ItemBias.of(new float[][] {{1, 1, 1, 1, 1, 1, 1, 1}}, 1);
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
    return new FlinkSettings(checkpoints, Duration.ofSeconds(2), 2, 100, 1_000);
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
