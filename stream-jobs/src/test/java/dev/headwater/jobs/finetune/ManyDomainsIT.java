package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.DomainNames;
import dev.headwater.events.Keys;
import dev.headwater.events.MergedRow;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.jobs.FlinkSettings;
import dev.headwater.jobs.JobsBroker;
import dev.headwater.jobs.kafka.InRecord;
import dev.headwater.jobs.kafka.KafkaPorts;
import dev.headwater.jobs.local.LocalJobs;
import dev.headwater.jobs.local.RunningJob;
import dev.headwater.jobs.models.AnnouncedModels;
import dev.headwater.jobs.models.ModelWatch;
import dev.headwater.jobs.models.ServedDomains;
import dev.headwater.tracing.Tracing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

/** One job that learns for many domains, on a real broker. */
@Timeout(180)
class ManyDomainsIT {
  private static final int ITEMS = 30;

  /** More than an inbox of rows holds. */
  private static final int MANY = 9_000;

  private static JobsBroker broker;
  private static LocalJobs flink;
  private static int tests;

  @TempDir Path checkpoints;
  private JobsBroker.Tenant tenant;
  private String name;

  @BeforeAll
  static void start() throws Exception {
    broker = new JobsBroker();
    flink = LocalJobs.start(3);
  }

  @AfterAll
  static void stop() {
    flink.close();
    broker.close();
  }

  @BeforeEach
  void tenant() {
    name = "many-" + ++tests;
    tenant = broker.tenant("many" + tests + ".");
  }

  @AfterEach
  void close() {
    tenant.close();
  }

  @Test
  void aDomainWaitsForItsModelAndThenLearnsWhatCameBefore() throws Exception {
    begin("a");
    begin("b");
    RunningJob job = flink.submit(job("a", "b", "waits", "late-*"), settings());
    clicks("a", "u1", "a1", "a2", "a3");
    clicks("waits", "u1", "waits1", "waits2");
    clicks("late-1", "u1", "late-11", "late-12", "late-13");
    clicks("b", "u1", "b1", "b2");
    await(() -> assertThat(learned("a")).isEqualTo(2));
    await(() -> assertThat(row("b2").getInteractionsLearned()).isEqualTo(1));
    assertThat(row("a3").getDomain()).isEqualTo("a");
    assertThat(learned("late-1")).isZero();
    begin("late-1");
    await(() -> assertThat(row("late-13").getInteractionsLearned()).isEqualTo(1));
    await(() -> assertThat(learned("late-1")).isEqualTo(2));
    clicks("late-1", "u2", "late-15", "late-16");
    await(() -> assertThat(row("late-16").getInteractionsLearned()).isEqualTo(1));
    assertThat(learned("waits")).isZero();
    assertThat(job.failure()).isEmpty();
    job.cancel();
  }

  @Test
  void goesOnFromACheckpointWithEachDomainsRowsAndCursors() throws Exception {
    begin("a");
    begin("b");
    RunningJob job = flink.submit(job("a", "b"), settings());
    clicks("a", "u1", "a1", "a2", "a3");
    clicks("b", "u1", "b1", "b2");
    await(() -> assertThat(learned("a") + learned("b")).isEqualTo(3));
    await(() -> assertThat(tenant.tuned()).containsKeys("a3", "b2"));
    job.checkpoint();
    EmbeddingRow before = row("a3");
    job.cancel();
    clicks("a", "u2", "a1", "a3");
    RunningJob again = flink.resume(job("a", "b"), settings());
    await(() -> assertThat(row("a3").getInteractionsLearned()).isEqualTo(2));
    assertThat(MergedRow.VERSION_ORDER.compare(row("a3").getVersion(), before.getVersion()))
        .isPositive();
    assertThat(learned("a")).isEqualTo(3);
    assertThat(learned("b")).isEqualTo(1);
    again.cancel();
  }

  /** Compaction had taken the deletion's own records while the job was down: no receipt came. */
  @Test
  void aDeletionThatOnlyALaterHistoryTellsOfIsConfirmedOnce() throws Exception {
    begin("a");
    begin("b");
    RunningJob job = flink.submit(job("a", "b", "waits"), settings());
    clicks("a", "u1", "a1", "a2");
    await(() -> assertThat(learned("a")).isEqualTo(1));
    returned("a", "u1", 4, "a3", "a4");
    await(() -> assertThat(receipt("a", "u1").deletedMs()).isEqualTo(5_000));
    await(() -> assertThat(row("a4").getInteractionsLearned()).isEqualTo(1));
    long absentMs = receipt("a", "u1").absentMs();
    returned("a", "u1", 5, "a3", "a4", "a5");
    await(() -> assertThat(row("a5").getInteractionsLearned()).isEqualTo(1));
    assertThat(receipt("a", "u1").absentMs()).as("confirmed once").isEqualTo(absentMs);
    returned("waits", "u2", 4, "waits1", "waits2");
    await(() -> assertThat(receipt("waits", "u2").deletedMs()).isEqualTo(5_000));
    job.cancel();
  }

  /** The history of somebody who was deleted at 5,000 and is back. */
  private void returned(String domain, String user, long seq, String... items) {
    UserHistory.Builder history =
        UserHistory.newBuilder()
            .setDomain(domain)
            .setUser(user)
            .setSeq(seq)
            .setCause(UserHistory.Cause.EVENT)
            .setNewIndex(items.length - 1)
            .setDeletedMs(5_000);
    for (int i = 0; i < items.length; i++) {
      history.addEntries(HistoryEntry.newBuilder().setItem(items[i]).setEventTimeMs(20_000 + i));
    }
    tenant.send(
        tenant.topics().userHistories(), Keys.of(domain, user), history.build().toByteArray());
  }

  private DeletionReceipt receipt(String domain, String user) {
    String key = "fine-tune/" + Keys.of(domain, "user", user);
    assertThat(tenant.receipts()).containsKey(key);
    return Objects.requireNonNull(tenant.receipts().get(key));
  }

  @Test
  void aFloodKeepsNobodyWaitingAndIsLearnedToItsEnd() throws Exception {
    begin("flood");
    begin("a");
    RunningJob job = flink.submit(job("flood", "a"), settings());
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    int users = 4_000;
    for (int user = 0; user < users; user++) {
      sent.addAll(
          sending(
              "flood",
              "f" + user,
              "flood" + user % ITEMS,
              "flood" + (user + 1) % ITEMS,
              "flood" + (user + 2) % ITEMS,
              "flood" + (user + 3) % ITEMS));
    }
    sent.forEach(tenant::await);
    await(() -> assertThat(stats("flood").leftAside()).isPositive());
    clicks("a", "u1", "a1", "a2", "a3");
    await(() -> assertThat(learned("a")).isEqualTo(2));
    assertThat(learned("flood")).as("learned when the others were").isLessThan(3L * users);
    await(() -> assertThat(learned("flood")).isEqualTo(3L * users));
    await(() -> assertThat(stats("flood").behind()).isZero());
    assertThat(stats("flood").withoutHistory()).isEqualTo(users);
    job.cancel();
  }

  /** One pass reads the rows of all of them: it stood still at the first full inbox. */
  @Test
  void domainsOfManyRowsAreLoadedTogether() throws Exception {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (String domain : List.of("a", "b", "c", "d")) {
      for (int i = 0; i < MANY; i++) {
        EmbeddingRow row = SmallModel.coldRow(domain + i, 1, 1, SmallModel.vector(i));
        byte[] value = row.toBuilder().setDomain(domain).build().toByteArray();
        String key = domain + "/" + SmallModel.MODEL.bundleId() + "/" + domain + i;
        sent.add(tenant.begin(tenant.topics().coldStartRows(), key, value));
      }
      tenant.announce(domain, SmallModel.MODEL.bundleId());
    }
    sent.forEach(tenant::await);
    clicks("a", "u1", "a1", "a2");
    RunningJob job = flink.submit(job("a", "b", "c", "d"), settings());
    await(() -> assertThat(learned("a")).isEqualTo(1));
    assertThat(job.failure()).isEmpty();
    job.cancel();
  }

  /** In another process nobody takes off what is on its way; back-pressure does instead. */
  @Test
  void whatIsOnItsWayToOwnersElsewhereHoldsNobodyUp() throws Exception {
    begin("late");
    clicks("late", "u1", "late1", "late2", "late3");
    var kafka = tenant.kafka();
    DomainIntake intake =
        new DomainIntake(
            name,
            ServedDomains.announced(DomainNames.of(List.of("late")), "/nowhere"),
            (domain, stats) -> 0,
            HistoryBacklog.onKafka(kafka));
    List<InRecord> taken = new ArrayList<>();
    try (ModelWatch watch = AnnouncedModels.open("w", kafka, Duration.ofSeconds(30))) {
      await(
          () -> {
            intake.look(watch, false);
            intake.stats("late").underWay.set(1_000_000);
            intake.takeBacklog(taken::add);
            assertThat(taken).hasSize(3);
          });
    } finally {
      intake.close();
    }
  }

  @Test
  void severalWorkersServeAllDomainsAndMayBecomeOneAgain() throws Exception {
    begin("a");
    begin("b");
    RunningJob job = flink.submit(job(3, "a", "b", "late-*"), settings());
    clicks("a", "u1", "a1", "a2", "a3");
    clicks("b", "u1", "b1", "b2");
    clicks("late-1", "u1", "late-11", "late-12", "late-13");
    clicks("late-1", "u2", "late-11", "late-12");
    await(() -> assertThat(learned("a") + learned("b")).isEqualTo(3));
    assertThat(learned("late-1")).isZero();
    begin("late-1");
    await(() -> assertThat(learned("late-1")).isEqualTo(3));
    await(() -> assertThat(row("late-12").getInteractionsLearned()).isEqualTo(2));
    job.checkpoint();
    job.cancel();
    clicks("a", "u2", "a1", "a3");
    clicks("late-1", "u2", "late-11", "late-12", "late-14");
    RunningJob again = flink.resume(job(1, "a", "b", "late-*"), settings());
    await(() -> assertThat(row("a3").getInteractionsLearned()).isEqualTo(2));
    await(() -> assertThat(row("late-14").getInteractionsLearned()).isEqualTo(1));
    assertThat(learned("a")).isEqualTo(3);
    again.cancel();
  }

  private FineTuneJob job(String... domains) {
    return job(1, domains);
  }

  private FineTuneJob job(int workers, String... domains) {
    Map<String, Object> settings = new HashMap<>(SmallModel.UNBOUNDED);
    settings.put("workers", workers);
    settings.put("seed", 1);
    settings.put("batch-wait", "20 ms");
    settings.put("publish.interval", "100 ms");
    settings.put("publish.age-max", "200 ms");
    settings.put("scoring.window", "300 ms");
    var kafka = tenant.kafka();
    return new FineTuneJob(
        name,
        kafka,
        ServedDomains.announced(DomainNames.of(List.of(domains)), "/nowhere"),
        FineTuneConfig.Settings.of(settings),
        new FineTuneJob.Ports(
            KafkaPorts.tracedSource(kafka, kafka.topics().userHistories(), name),
            HistoryBacklog.onKafka(kafka),
            null,
            KafkaPorts.sink(kafka),
            new FineTuneJob.Switching(
                watch -> AnnouncedModels.open(watch, kafka, Duration.ofSeconds(30)),
                new SharedModelPorts(kafka, model -> SmallModel.open())),
            Tracing.Opener.OFF));
  }

  private FlinkSettings settings() {
    return JobsBroker.flink(checkpoints, "30 s");
  }

  private FineTuneStats stats(String domain) {
    return FineTuneStats.of(name + "-" + domain);
  }

  private long learned(String domain) {
    return stats(domain).learned();
  }

  /** Gives a domain items and a model. */
  private void begin(String domain) {
    for (int i = 0; i < ITEMS; i++) {
      EmbeddingRow row = SmallModel.coldRow(domain + i, 1, 1, SmallModel.vector(i));
      tenant.cold(row.toBuilder().setDomain(domain).build());
    }
    tenant.announce(domain, SmallModel.MODEL.bundleId());
  }

  private void clicks(String domain, String user, String... items) {
    sending(domain, user, items).forEach(tenant::await);
  }

  private List<Future<RecordMetadata>> sending(String domain, String user, String... items) {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    UserHistory.Builder history = UserHistory.newBuilder().setDomain(domain).setUser(user);
    for (int i = 0; i < items.length; i++) {
      long nowMs = System.currentTimeMillis();
      history
          .setSeq(i + 1)
          .setCause(UserHistory.Cause.EVENT)
          .setNewIndex(i)
          .addEntries(HistoryEntry.newBuilder().setItem(items[i]).setEventTimeMs(nowMs + i))
          .setEventId(user + "-" + (i + 1))
          .setEventTimeMs(nowMs + i)
          .setPublishedMs(nowMs);
      sent.add(
          tenant.begin(
              tenant.topics().userHistories(),
              Keys.of(domain, user),
              history.build().toByteArray()));
    }
    return sent;
  }

  private EmbeddingRow row(String item) {
    Map<String, EmbeddingRow> rows = tenant.tuned();
    assertThat(rows).containsKey(item);
    return Objects.requireNonNull(rows.get(item));
  }

  private static void await(org.awaitility.core.ThrowingRunnable assertion) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(assertion);
  }
}
