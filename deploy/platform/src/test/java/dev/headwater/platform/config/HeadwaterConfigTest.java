package dev.headwater.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.access.Rates;
import dev.headwater.events.RecordLimits;
import dev.headwater.platform.report.VerbException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadwaterConfigTest {
  @TempDir Path folder;

  @Test
  void theReferenceIsComplete() {
    HeadwaterConfig config = HeadwaterConfig.load(null, Map.of());
    assertThat(config.kafka().bootstrap()).isEqualTo("localhost:9092");
    assertThat(config.ingest().historyLength()).isEqualTo(50);
  }

  @Test
  void aFileWinsOverTheReferenceAndAFlagOverTheFile() throws IOException {
    Path file = write("serving.port = 9000\nkafka.bootstrap = \"file:1\"\n");
    HeadwaterConfig config = HeadwaterConfig.load(file, Map.of("kafka.bootstrap", "flag:2"));
    assertThat(config.serving().port()).isEqualTo(9000);
    assertThat(config.kafka().bootstrap()).isEqualTo("flag:2");
  }

  /** Published over HTTP, a record is held to what ingest will hold it to. */
  @Test
  void aServingNodeReadsIngestsBounds() throws IOException {
    Path file =
        write(
            """
            ingest {
              interaction-bytes-max = "1 KiB", catalog-bytes-max = "2 KiB"
              attributes-bytes-max = "100 B", clock-skew-max = "7 s"
            }
            """);
    HeadwaterConfig config = HeadwaterConfig.load(file, Map.of());
    assertThat(config.serving().records())
        .isEqualTo(new RecordLimits(1_024, 2_048, 100, Duration.ofSeconds(7)))
        .isEqualTo(config.ingest().limits().records());
  }

  @Test
  void unknownKeysAndWrongTypesAreShownTogether() throws IOException {
    Path file = write("serving.prot = 9000\n\ningest.threads = [1]\nseal-interval = \"1 s\"\n");
    assertThatThrownBy(() -> HeadwaterConfig.load(file, Map.of()))
        .isInstanceOf(VerbException.class)
        .hasMessageContaining("3 problem(s)")
        .hasMessageContaining("headwater.conf:1: unknown key serving.prot")
        .hasMessageContaining("headwater.conf:3: ingest.threads must be a whole number, not a list")
        .hasMessageContaining("did you mean store.seal-interval?");
  }

  @Test
  void aValueOutOfBoundsRefusesToStart() throws IOException {
    Path file = write("ingest.history-length = 1\n");
    assertThatThrownBy(() -> HeadwaterConfig.load(file, Map.of()))
        .isInstanceOf(VerbException.class)
        .hasMessageContaining("headwater.conf:1: ingest.history-length");
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
            access.keys = ["ann read * sha256:%s"]
            serving.store-admin = "https://user:canary-5@store:8081"
            domains = ["hw_canary-6aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]
            """
                .formatted("0123456789abcdef".repeat(4)));
    HeadwaterConfig config = HeadwaterConfig.load(file, Map.of());
    assertThat(config.render() + config.kafka())
        .doesNotContain("canary")
        .doesNotContain("0123456789abcdef")
        .contains("/etc/ca.pem")
        .contains("@store:8081");
  }

  @Test
  void whoMayCallIsReadAndABadLineRefusesToStart() throws IOException {
    String hash = "sha256:" + "0123456789abcdef".repeat(4);
    Path file =
        write(
            """
            access { keys = ["ann read shop %s"], jwt { jwks-file = "j", issuer = "i", audience = "a" } }
            serving.tls { certificate = "c", key = "k" }
            serving.quotas { caller.requests = 5, domains = [{ domain = "shop", events = 7 }] }
            store.host = "0.0.0.0"
            kafka.topic-prefix = "acme."
            """
                .formatted(hash));
    HeadwaterConfig config = HeadwaterConfig.load(file, Map.of());
    assertThat(config.serving().protection().access().isOpen()).isFalse();
    assertThat(config.serving().protection().callerRates()).isEqualTo(new Rates(5, 0, 0));
    assertThat(config.serving().protection().domainRates())
        .containsEntry("shop", new Rates(0, 7, 0));
    assertThat(config.serving().protection().tls()).isNotNull();
    assertThat(config.store().protection().host()).isEqualTo("0.0.0.0");
    assertThat(config.store().protection().tls()).isNull();
    assertThat(config.ingest().applicationId()).isEqualTo("acme.headwater-ingest");
    for (String bad :
        List.of(
            "access.keys = [\"ann boss * " + hash + "\"]",
            "serving.tls.key = \"k\"",
            "access.jwt.jwks-file = \"j\"",
            "serving.quotas.caller.requests = -1")) {
      assertThatThrownBy(() -> HeadwaterConfig.load(write(bad), Map.of()))
          .as(bad)
          .isInstanceOf(VerbException.class);
    }
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("headwater.conf"), text);
  }
}
