package dev.headwater.jobs.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.jobs.StreamJob;
import dev.headwater.tracing.TracingConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArgumentsTest {
  private static final String[] GOOD = {
    "--bootstrap",
    "b:1",
    "--domain",
    "toys",
    "--bundles",
    "/bundles",
    "--bundle",
    "abc",
    "--checkpoints",
    "/checkpoints",
    "--parallelism",
    "2",
    "--kafka.security.protocol",
    "SSL"
  };

  @TempDir Path folder;

  @Test
  void layOutTheSameJobs() {
    Arguments arguments = Arguments.parse(GOOD);
    assertThat(arguments.kafka().client()).containsEntry("security.protocol", "SSL");
    for (StreamJob job :
        new StreamJob[] {ColdStartMain.job(arguments), FineTuneMain.job(arguments)}) {
      StreamExecutionEnvironment environment =
          StreamExecutionEnvironment.getExecutionEnvironment(arguments.flink().toConfiguration());
      job.build(environment);
      assertThat(environment.getStreamGraph().getStreamNodes()).isNotEmpty();
    }
  }

  @Test
  void whatIsWrongIsSaidWithTheUsage() {
    assertThatThrownBy(() -> Arguments.parse("--bootstrap"))
        .hasMessageContaining("--bootstrap HOST:PORT");
    assertThatThrownBy(() -> Arguments.parse("--color", "red")).hasMessageContaining("--color");
    assertThatThrownBy(() -> Arguments.parse("--domain", "toys").kafka())
        .hasMessageContaining("--bootstrap is missing");
    assertThatThrownBy(() -> Arguments.parse("--parallelism", "two").parallelism())
        .hasMessageContaining("is no number");
  }

  @Test
  void spansAreSentWhereTheyAreAskedFor() {
    assertThat(Arguments.parse(GOOD).tracing()).isEqualTo(TracingConfig.OFF);
    String endpoint = "http://collector:4318/v1/traces";
    assertThat(Arguments.parse("--tracing-endpoint", endpoint).tracing())
        .isEqualTo(new TracingConfig(URI.create(endpoint), 0));
  }

  @Test
  void secretsComeFromAFileAndNotFromArguments() throws IOException {
    Path file = Files.writeString(folder.resolve("kafka.properties"), "sasl.jaas.config=pw=1\n");
    Arguments arguments =
        Arguments.parse(
            "--bootstrap",
            "b:1",
            "--kafka-config",
            file.toString(),
            "--kafka.sasl.mechanism",
            "PLAIN");
    assertThat(arguments.kafka().client())
        .containsEntry("sasl.jaas.config", "pw=1")
        .containsEntry("sasl.mechanism", "PLAIN");
    assertThat(arguments.kafka().toString()).doesNotContain("pw=1");
    for (String secret : List.of("sasl.jaas.config", "ssl.key.password", "ssl.keystore.key")) {
      assertThatThrownBy(() -> Arguments.parse("--kafka." + secret, "canary"))
          .hasMessageContaining("--kafka-config")
          .hasMessageNotContaining("canary");
    }
    assertThatThrownBy(
            () -> Arguments.parse("--bootstrap", "b:1", "--kafka-config", "nowhere").kafka())
        .hasMessageContaining("cannot be read");
  }
}
