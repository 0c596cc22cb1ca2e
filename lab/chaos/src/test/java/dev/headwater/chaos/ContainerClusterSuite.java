package dev.headwater.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/** The same faults, but for those of brokers, on a stock Kafka in a container. */
class ContainerClusterSuite {
  private static final String IMAGE = "apache/kafka:4.1.2";

  @Test
  void nothingIsLostWhateverIsKilled() throws Exception {
    Assumptions.assumeTrue(
        DockerClientFactory.instance().isDockerAvailable(),
        "there is no Docker here: ProcessClusterSuite runs the same on broker processes");
    try (KafkaContainer kafka = new KafkaContainer(IMAGE)) {
      kafka.start();
      ChaosReport report = SuiteRun.of(kafka.getBootstrapServers());
      assertThat(report.clean()).as(report.json().toPrettyString()).isTrue();
    }
  }
}
