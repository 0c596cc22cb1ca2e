package dev.headwater.jobs.coldstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.DomainNames;
import dev.headwater.events.Keys;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.idp.cdim.ItemPool;
import dev.headwater.idp.cdim.SpreadBonus;
import dev.headwater.idp.cdim.TextSlope;
import dev.headwater.jobs.FlinkSettings;
import dev.headwater.jobs.JobsBroker;
import dev.headwater.jobs.kafka.KafkaPorts;
import dev.headwater.jobs.local.LocalJobs;
import dev.headwater.jobs.local.RunningJob;
import dev.headwater.jobs.models.AnnouncedModels;
import dev.headwater.jobs.models.ServedDomains;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One job that makes rows for many domains, on a real broker. */
@Timeout(180)
class ManyDomainsIT {
  private static final int DIM = 8;
  private static final String BUNDLE = "m1";
  private static JobsBroker broker;
  private static LocalJobs flink;
  private static int tests;

  @TempDir Path checkpoints;
  private JobsBroker.Tenant tenant;
  private String name;

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
    name = "cold-many-" + ++tests;
    tenant = broker.tenant("cm" + tests + ".");
  }

  @AfterEach
  void close() {
    tenant.close();
  }

  @Test
  void aDomainThatGetsItsBundleLaterGetsRowsOfItemsFromBefore() throws Exception {
    tenant.announce("a", BUNDLE);
    RunningJob job = flink.submit(job("a", "late-*", "waits"), settings());
    accept("a", "a1", 1);
    accept("late-1", "kept", 1);
    accept("late-1", "gone", 2);
    tenant.end(tenant.topics().acceptedItems(), "late-1/gone", 2);
    accept("waits", "w1", 3);
    await(() -> assertThat(tenant.cold()).containsKey("a1"));
    tenant.announce("late-1", BUNDLE);
    await(() -> assertThat(tenant.cold()).containsKey("kept"));
    accept("late-1", "new", 4);
    await(() -> assertThat(tenant.cold()).containsKey("new"));
    await(() -> assertThat(tenant.cold()).doesNotContainKey("gone"));
    assertThat(tenant.cold()).doesNotContainKey("w1");
    assertThat(ColdStartStats.of(name).withoutModel()).containsExactly("waits");
    assertThat(job.failure()).isEmpty();
    job.cancel();
  }

  /** Else who asked would wait for FineTuneJob, which hears of items by rows of a bundle alone. */
  @Test
  void aDeletionInADomainWithoutABundleIsConfirmedForBothJobs() throws Exception {
    RunningJob job = flink.submit(job("waits"), settings());
    tenant.delete(tenant.topics().acceptedItems(), "waits/w1", System.currentTimeMillis());
    await(
        () ->
            assertThat(tenant.receipts())
                .containsOnlyKeys("cold-start/waits/item/w1", "fine-tune/waits/item/w1"));
    job.cancel();
  }

  @Test
  void aDomainThatCameWhileTheJobWasDownIsFilledAsWell() throws Exception {
    tenant.announce("a", BUNDLE);
    RunningJob job = flink.submit(job("a", "b"), settings());
    accept("a", "a1", 1);
    accept("b", "b1", 1);
    await(() -> assertThat(tenant.cold()).containsKey("a1"));
    job.checkpoint();
    job.cancel();
    tenant.announce("b", BUNDLE);
    RunningJob again = flink.resume(job("a", "b"), settings());
    await(() -> assertThat(tenant.cold()).containsKey("b1"));
    assertThat(ColdStartStats.of(name).encoded()).as("each text once").isEqualTo(2);
    again.cancel();
  }

  @Test
  void aCatalogThatIsUploadedAtOnceKeepsNobodyWaitingAndIsMadeWhole() throws Exception {
    tenant.announce("a", BUNDLE);
    tenant.announce("flood", BUNDLE);
    RunningJob job = flink.submit(job("a", "flood"), settings());
    int items = 3_000;
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (int i = 0; i < items; i++) {
      sent.add(sending("flood", "f" + i, i));
    }
    sent.forEach(tenant::await);
    accept("a", "a1", 1);
    await(() -> assertThat(tenant.cold()).containsKey("a1"));
    assertThat(tenant.cold().size()).as("made when the other's was").isLessThan(items);
    await(() -> assertThat(tenant.cold()).hasSize(items + 1));
    job.cancel();
  }

  private ColdStartJob job(String... domains) {
    var kafka = tenant.kafka();
    return new ColdStartJob(
        name,
        kafka,
        new ColdStartConfig(
            ServedDomains.announced(DomainNames.of(List.of(domains)), "/nowhere"),
            ColdStartConfig.Settings.of(Map.of())),
        new ColdStartJob.Ports(
            KafkaPorts.source(kafka, kafka.topics().acceptedItems(), name),
            model -> new SlowEncoder(20),
            model -> matching(),
            KafkaPorts.sink(kafka),
            watch -> AnnouncedModels.open(watch, kafka, Duration.ofSeconds(30))));
  }

  private static MatchingModel matching() {
    ItemPool pool = new ItemPool(WordEncoder.DIM, DIM);
    float[] vector = new float[DIM];
    vector[0] = 2;
    pool.put("source", "lamp", WordEncoder.encode("words", "lamp"), vector);
    float[] fallback = {1, 0, 0, 0, 0, 0, 0, 1};
    SpreadBonus bonus = SpreadBonus.of(new float[][] {{1, 1, 1, 1, 1, 1, 1, 1}}, 1);
    return new MatchingModel(
        "enc", "words", WordEncoder.DIM, DIM, pool, TextSlope.none(), fallback, bonus);
  }

  private void accept(String domain, String item, long incarnation) {
    tenant.await(sending(domain, item, incarnation));
  }

  private Future<RecordMetadata> sending(String domain, String item, long incarnation) {
    AcceptedItem accepted =
        AcceptedItem.newBuilder()
            .setDomain(domain)
            .setItem(item)
            .setTitle("lamp " + item)
            .setIncarnation(incarnation)
            .setRevision(incarnation)
            .setPublishedMs(System.currentTimeMillis())
            .build();
    return tenant.begin(
        tenant.topics().acceptedItems(), Keys.of(domain, item), accepted.toByteArray());
  }

  private FlinkSettings settings() {
    return JobsBroker.flink(checkpoints, "30 s");
  }

  private static void await(org.awaitility.core.ThrowingRunnable assertion) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(assertion);
  }
}
