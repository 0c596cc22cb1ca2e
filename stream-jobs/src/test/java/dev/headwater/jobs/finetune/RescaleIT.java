package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.jobs.FlinkSettings;
import dev.headwater.jobs.JobsBroker;
import dev.headwater.jobs.local.LocalJobs;
import dev.headwater.jobs.local.RunningJob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Other numbers of workers and shards while clicks flow. */
@Timeout(240)
class RescaleIT {
  private static final int CLICKS = 3_000;
  private static final int PER_SECOND = 150;

  @TempDir Path work;

  @Test
  void nothingIsLostNorTwiceAndVersionsGrow() throws Exception {
    String name = "rescale";
    try (JobsBroker broker = new JobsBroker();
        LocalJobs flink = LocalJobs.start(4);
        JobsBroker.Tenant tenant = broker.tenant(name + ".")) {
      for (int i = 0; i < 30; i++) {
        tenant.cold(SmallModel.coldRow("i" + i, 1, 1, SmallModel.vector(i)));
      }
      FlinkSettings settings = JobsBroker.flink(work, "500 ms");
      ChaosClicks clicks = new ChaosClicks(tenant);
      Thread sender = new Thread(() -> clicks.send(CLICKS, PER_SECOND, 1, false), "clicks");
      RunningJob job = flink.submit(Chaos.job(name, tenant, 1, 1), settings);
      sender.start();
      for (int[] next : List.of(new int[] {1, 4}, new int[] {2, 2}, new int[] {1, 1})) {
        long before = learned(tenant);
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> learned(tenant) > before + PER_SECOND);
        job.checkpoint();
        job.cancel();
        job = flink.resume(Chaos.job(name, tenant, next[0], next[1]), settings);
      }
      sender.join();
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(learned(tenant)).isEqualTo(clicks.examples()));
      Awaitility.await()
          .during(Duration.ofSeconds(2))
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(learned(tenant)).isEqualTo(clicks.examples()));
      assertThat(tenant.notNewer()).as("versions that did not grow").isZero();
      assertThat(job.failure()).isEmpty();
      job.cancel();
    }
  }

  private static long learned(JobsBroker.Tenant tenant) {
    return tenant.tuned().values().stream().mapToLong(EmbeddingRow::getInteractionsLearned).sum();
  }
}
