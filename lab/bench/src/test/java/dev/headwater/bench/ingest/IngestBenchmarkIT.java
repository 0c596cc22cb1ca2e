package dev.headwater.bench.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.ingest.IngestConfig;
import dev.headwater.ingest.IngestService;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class IngestBenchmarkIT {
  @TempDir Path stateDir;

  /**
   * The size of a real run: {@code -Dheadwater.bench.events=500000 -Dheadwater.bench.users=50000}.
   */
  @Test
  @Timeout(600)
  void losesNothingAndRemovesEveryRepeat() throws Exception {
    int events = Integer.getInteger("headwater.bench.events", 5_000);
    int users = Integer.getInteger("headwater.bench.users", 100);
    int threads = Integer.getInteger("headwater.bench.threads", 1);
    int partitions = Integer.getInteger("headwater.bench.partitions", 4);
    int commitMs = Integer.getInteger("headwater.bench.commit", 50);
    IngestBenchmarkConfig bench = new IngestBenchmarkConfig("d", events, users, 20, 0.01, 0.005, 1);
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      KafkaSettings kafka = KafkaSettings.of(broker.bootstrap());
      try (TopicAdmin admin = new TopicAdmin(kafka)) {
        admin.create(partitions);
      }
      IngestConfig config =
          IngestConfig.of(
              stateDir,
              Set.of("d"),
              Map.of("threads", threads, "commit-interval", commitMs + " ms"));
      try (IngestService service =
          new IngestService(config, kafka, new SimpleMeterRegistry(), Clock.systemUTC())) {
        service.start();
        assertThat(service.awaitRunning(Duration.ofSeconds(30))).isTrue();
        IngestBenchmarkResult result =
            new IngestBenchmark(bench, kafka, config.applicationId(), service, handled -> {})
                .run(1_700_000_000_000L);
        System.out.println(result);
        assertThat(result.lost()).isZero();
        assertThat(result.duplicatesRemoved()).isEqualTo(result.repeats()).isPositive();
        assertThat(result.deadLettered()).isPositive();
      }
    }
  }
}
