package dev.headwater.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
  @TempDir Path folder;

  /** As a part's record would be. */
  record Ingest(int historyLength, int threads, @JsonUnwrapped Limits limits) {
    record Limits(int interactionBytesMax, Duration clockSkewMax) {}

    Ingest {
      if (historyLength < 2) {
        throw new IllegalArgumentException("historyLength must be at least 2");
      }
    }
  }

  record Tracing(@Nullable URI endpoint, double sampleRatio) {}

  record Values(@JsonUnwrapped Installation installation, Ingest ingest, Tracing tracing) {}

  record Wanting(String absent) {}

  @Test
  void theReferenceIsBoundByName() {
    Values process = ConfigFile.reference().as(Values.class);
    assertThat(process.installation().domains()).containsExactly("demo");
    assertThat(process.installation().bundleDirectory())
        .isEqualTo(Home.directory().resolve("var/bundles"));
    assertThat(process.installation().kafka().settings().bootstrap()).isEqualTo("localhost:9092");
    assertThat(process.ingest().historyLength()).isEqualTo(50);
    assertThat(process.ingest().limits())
        .isEqualTo(new Ingest.Limits(64 << 10, Duration.ofMinutes(5)));
    assertThat(process.tracing()).isEqualTo(new Tracing(null, 0.001));
  }

  @Test
  void aFileWinsOverTheReferenceAndAFlagOverTheFile() throws IOException {
    Path file = write("ingest.threads = 5\nkafka.bootstrap = \"file:1\"\n");
    Values process = ConfigFile.read(file, Map.of("kafka.bootstrap", "flag:2")).as(Values.class);
    assertThat(process.ingest().threads()).isEqualTo(5);
    assertThat(process.installation().kafka().bootstrap()).isEqualTo("flag:2");
  }

  @Test
  void everyProblemIsShownAtOnceWithFileAndLine() throws IOException {
    Path file =
        write(
            """
            serving.prot = 9000
            ingest.threads = [1]
            seal-interval = "1 s"
            store.seal-interval = "soon"
            ingest.interaction-bytes-max = "many"
            serving.port = 80.5
            ingest { history-length = 1 }
            """);
    assertThatThrownBy(() -> ConfigFile.read(file, Map.of("no.such", 1)).as(Values.class))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("headwater.conf has 8 problem(s)")
        .hasMessageContaining("headwater.conf:1: unknown key serving.prot")
        .hasMessageContaining("headwater.conf:2: ingest.threads must be a whole number, not a list")
        .hasMessageContaining("(did you mean store.seal-interval?)")
        .hasMessageContaining("headwater.conf:4: store.seal-interval must be a duration")
        .hasMessageContaining("headwater.conf:5: ingest.interaction-bytes-max must be a size")
        .hasMessageContaining("headwater.conf:6: serving.port must be a whole number")
        .hasMessageContaining("headwater.conf:7: ingest.history-length: historyLength must be")
        .hasMessageContaining("command line: unknown key no.such");
  }

  @Test
  void numbersMayComeAsTextsAsTheEnvironmentGivesThem() {
    assertThat(
            ConfigFile.of(Map.of("ingest.threads", "7")).section("ingest", Ingest.class).threads())
        .isEqualTo(7);
  }

  @Test
  void aComponentWithoutAKeyIsAnError() {
    assertThatThrownBy(() -> ConfigFile.reference().section("ingest", Wanting.class))
        .hasMessageContaining("absent");
  }

  @Test
  void aMissingOrBrokenFileIsNamed() throws IOException {
    assertThatThrownBy(() -> ConfigFile.read(folder.resolve("none.conf"), Map.of()))
        .hasMessageContaining("none.conf");
    Path file = write("serving { port = ");
    assertThatThrownBy(() -> ConfigFile.read(file, Map.of()))
        .hasMessageContaining("cannot be parsed");
  }

  @Test
  void aFileThatCannotBeParsedIsNotQuoted() throws IOException {
    Path file = write("kafka.client { password = \"canary\" canary-too }}\n");
    assertThatThrownBy(() -> ConfigFile.read(file, Map.of()))
        .hasMessageContaining("headwater.conf: 1")
        .hasMessageNotContaining("canary");
  }

  @Test
  void kafkaClientSettingsPassThroughAndSecretsAreMasked() throws IOException {
    Path file =
        write(
            "kafka.client { \"sasl.jaas.config\" = \"user and pass\", sasl.mechanism = PLAIN }\n");
    ConfigFile config = ConfigFile.read(file, Map.of());
    assertThat(config.as(Values.class).installation().kafka().client())
        .containsEntry("sasl.jaas.config", "user and pass")
        .containsEntry("sasl.mechanism", "PLAIN");
    assertThat(config.render()).doesNotContain("user and pass").contains("***");
  }

  @Test
  void noSecretIsShownWhereverItStands() throws IOException {
    Path file =
        write(
            """
            kafka.client {
              "sasl.jaas.config" = "canary-1"
              "ssl.key.password" = "canary-2"
              "ssl.keystore.key" = "canary-3"
              "a.login.module.we.do.not.know" = "canary-4"
              "ssl.truststore.location" = "/etc/ca.pem"
            }
            flink.settings { "s3.secret-key" = "canary-7", s3.access-key = "canary-8", s3.endpoint = shown }
            access.keys = ["ann read * sha256:%s"]
            serving.store-admin = "https://user:canary-5@store:8081"
            domains = ["hw_canary-6aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]
            """
                .formatted("0123456789abcdef".repeat(4)));
    ConfigFile config = ConfigFile.read(file, Map.of());
    assertThat(config.render() + config.as(Values.class).installation().kafka())
        .doesNotContain("canary")
        .doesNotContain("0123456789abcdef")
        .contains("/etc/ca.pem")
        .contains("shown")
        .contains("@store:8081");
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("headwater.conf"), text);
  }
}
