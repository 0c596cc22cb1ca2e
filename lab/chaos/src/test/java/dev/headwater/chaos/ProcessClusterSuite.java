package dev.headwater.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.platform.report.JsonReport;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Every fault on a cluster of processes with three brokers; runs in the Maven profile {@code
 * cluster} only. System properties: {@code cluster.fault} (names, all by default), {@code
 * cluster.times} (1), {@code cluster.json} (a file).
 */
class ProcessClusterSuite {
  @Test
  void nothingIsLostWhateverIsKilled() throws Exception {
    ChaosReport report = SuiteRun.of(null);
    String file = System.getProperty("cluster.json", "");
    if (!file.isEmpty()) {
      JsonReport.write(Path.of(file), report.json());
    }
    assertThat(report.clean()).as(report.json().toPrettyString()).isTrue();
  }
}
