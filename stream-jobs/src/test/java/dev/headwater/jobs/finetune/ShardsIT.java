package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.headwater.events.MergedRow;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.QualityWindow;
import dev.headwater.events.wire.RankingQuality;
import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.ItemCountsCodec;
import dev.headwater.idp.rank.RankerCodec;
import dev.headwater.jobs.FlinkSettings;
import dev.headwater.jobs.JobsBroker;
import dev.headwater.jobs.local.LocalJobs;
import dev.headwater.jobs.local.RunningJob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same clicks over one shard and over two. */
@Timeout(400) // longer than all that it waits for: what is missing is named then
class ShardsIT {
  private static final int CLICKS = 6_000;

  /** So many come one by one at the end: both of two shards own some. */
  private static final int ALONE = 6;

  @TempDir Path work;

  @Test
  void twoShardsRankAsWellAsOne() throws Exception {
    try (JobsBroker broker = new JobsBroker();
        LocalJobs flink = LocalJobs.start(3)) {
      QualityWindow onesWindow = quality(broker, flink, 1, 1);
      QualityWindow twosWindow = quality(broker, flink, 2, 1);
      RankingQuality one = onesWindow.getLearnedTotal();
      RankingQuality two = twosWindow.getLearnedTotal();
      assertThat(two.getEvents()).isEqualTo(one.getEvents());
      assertThat(one.getNdcg10()).isGreaterThan(0.3);
      // Steps are cut by the clock, so two runs of one shard differ too, by some hundredths where
      // the machine is busy; what must not happen is a loss.
      assertThat(two.getNdcg10()).isGreaterThan(0.95 * one.getNdcg10());
      // The weights of the experts learn from the events of one of the shards, so half as fast.
      assertThat(twosWindow.getLiveTotal().getNdcg10())
          .isGreaterThan(0.95 * onesWindow.getLiveTotal().getNdcg10());
    }
  }

  @Test
  void threeWorkersAndTwoShardsRankAsWellAsOne() throws Exception {
    try (JobsBroker broker = new JobsBroker();
        LocalJobs flink = LocalJobs.start(3)) {
      RankingQuality one = quality(broker, flink, 1, 1).getLearnedTotal();
      RankingQuality divided = quality(broker, flink, 2, 3).getLearnedTotal();
      assertThat(divided.getEvents()).isEqualTo(one.getEvents());
      assertThat(divided.getNdcg10()).isGreaterThan(0.9 * one.getNdcg10());
    }
  }

  private QualityWindow quality(JobsBroker broker, LocalJobs flink, int shards, int workers)
      throws Exception {
    String name = "shards-" + shards + "-workers-" + workers;
    FineTuneStats stats = FineTuneStats.of(name);
    try (JobsBroker.Tenant tenant = broker.tenant(name + ".")) {
      for (int i = 0; i < 30; i++) {
        tenant.cold(SmallModel.coldRow("i" + i, 1, 1, SmallModel.vector(i)));
      }
      FlinkSettings settings = JobsBroker.flink(work.resolve(name), "30 s");
      RunningJob job = flink.submit(Chaos.job(name, tenant, shards, workers), settings);
      ChaosClicks clicks = new ChaosClicks(tenant);
      clicks.send(CLICKS, 600, 1, false);
      awaitLearned(stats, clicks);
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> window(stats).getExamplesLearned() >= clicks.examples());
      QualityWindow quality = window(stats);
      checkClocks(tenant, stats, clicks);
      job.cancel();
      assertThat(stats.encoded())
          .as("before the owner learned")
          .isLessThanOrEqualTo(stats.learned());
      assertThat(stats.encoded())
          .as("but for those that came before the copy was read")
          .isGreaterThanOrEqualTo(workers == 1 ? 0 : clicks.examples() * 9 / 10);
      checkEvidence(tenant);
      return quality;
    }
  }

  private static void awaitLearned(FineTuneStats stats, ChaosClicks clicks) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> stats.learned() >= clicks.examples());
  }

  /**
   * Events of several workers pass the shards in another order each, so which comes last is known
   * only of one that comes alone; its owner has heard of all before it then.
   */
  private static void checkClocks(
      JobsBroker.Tenant tenant, FineTuneStats stats, ChaosClicks clicks) {
    for (int i = 0; i < ALONE; i++) {
      int before = CLICKS + i;
      clicks.send(1, 600, 1, false);
      awaitLearned(stats, clicks);
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(newestTick(tenant))
                      .as("every shard hears of every event, first ones too")
                      .isEqualTo(before));
    }
  }

  /** However many shards: each event is counted once, and one of them writes the weights. */
  private static void checkEvidence(JobsBroker.Tenant tenant) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(taken(tenant)).isCloseTo(CLICKS, withinPercentage(2))); // they fade
    List<EmbeddingRow> weights = tenant.weights();
    assertThat(weights).isNotEmpty();
    for (int i = 1; i < weights.size(); i++) {
      assertThat(
              MergedRow.VERSION_ORDER.compare(
                  weights.get(i).getVersion(), weights.get(i - 1).getVersion()))
          .as("two writers would not take turns so")
          .isPositive();
    }
    byte[] last = weights.get(weights.size() - 1).getRanker().toByteArray();
    assertThat(RankerCodec.decode(last).weights().steps()).isPositive();
  }

  private static double taken(JobsBroker.Tenant tenant) {
    return tenant.tuned().values().stream()
        .filter(row -> !row.getCounts().isEmpty())
        .map(row -> ItemCountsCodec.decode(row.getCounts().toByteArray(), other -> 0))
        .mapToDouble(counts -> counts.taken(counts.lastTick(), CountConfig.defaults()))
        .sum();
  }

  private static long newestTick(JobsBroker.Tenant tenant) {
    return tenant.tuned().values().stream()
        .filter(row -> !row.getCounts().isEmpty())
        .map(row -> ItemCountsCodec.decode(row.getCounts().toByteArray(), other -> 0))
        .mapToLong(counts -> counts.lastTick())
        .max()
        .orElse(-1);
  }

  private static QualityWindow window(FineTuneStats stats) {
    return Objects.requireNonNullElse(stats.quality(), QualityWindow.getDefaultInstance());
  }

  @Test
  void aDomainsQualityIsTheMeanOverItsShardsByEvents() {
    QualityWindow sum = QualitySum.of(List.of(shard(0, 0.5, 30), shard(1, 0.1, 10)));
    assertThat(sum.getLiveTotal().getNdcg10()).isCloseTo(0.4, within(1e-9));
    assertThat(sum.getLiveTotal().getEvents()).isEqualTo(40);
    assertThat(sum.getExamplesLearned()).isEqualTo(40);
    assertThat(sum.getFrozenTotal().getEvents()).isZero();
  }

  private static QualityWindow shard(int shard, double ndcg, long events) {
    return QualityWindow.newBuilder()
        .setShard(shard)
        .setShards(2)
        .setLiveTotal(RankingQuality.newBuilder().setNdcg10(ndcg).setEvents(events))
        .setExamplesLearned(events)
        .build();
  }
}
