package dev.headwater.serving.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ServingConfigTest {
  @Test
  void nodesOnOneMachineHaveNamesOfTheirOwnThatOutliveAStart() {
    ServingConfig config = ServingConfig.defaults(Path.of("unused"));
    assertThat(config.at("127.0.0.1", 8081).node())
        .isEqualTo("node:8081")
        .isNotEqualTo(config.at("127.0.0.1", 8082).node());
    assertThat(config.at("127.0.0.1", 0).node()).isEqualTo("node");
  }
}
