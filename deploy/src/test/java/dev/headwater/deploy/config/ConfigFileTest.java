package dev.headwater.deploy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.deploy.VerbException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
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

  @Test
  void unknownKeysAndWrongTypesAreShownTogether() throws IOException {
    Path file = write("serving.prot = 9000\n\ningest.threads = [1]\nseal-interval = \"1 s\"\n");
    assertThatThrownBy(() -> HeadwaterConfig.load(file, Map.of()))
        .isInstanceOf(VerbException.class)
        .hasMessageContaining("3 problem(s)")
        .hasMessageContaining("line 1: unknown key serving.prot")
        .hasMessageContaining("line 3: ingest.threads must be number, not list")
        .hasMessageContaining("did you mean store.seal-interval?");
  }

  @Test
  void aValueOutOfBoundsRefusesToStart() throws IOException {
    Path file = write("ingest.history-length = 1\n");
    assertThatThrownBy(() -> HeadwaterConfig.load(file, Map.of()))
        .isInstanceOf(VerbException.class)
        .hasMessageContaining("historyLength");
  }

  @Test
  void aMissingOrBrokenFileIsNamed() throws IOException {
    assertThatThrownBy(() -> HeadwaterConfig.load(folder.resolve("none.conf"), Map.of()))
        .hasMessageContaining("none.conf");
    Path file = write("serving { port = ");
    assertThatThrownBy(() -> HeadwaterConfig.load(file, Map.of()))
        .hasMessageContaining("cannot be parsed");
  }

  @Test
  void kafkaClientSettingsPassThroughAndSecretsAreMasked() throws IOException {
    Path file =
        write(
            "kafka.client { \"sasl.jaas.config\" = \"user and pass\", sasl.mechanism = PLAIN }\n");
    HeadwaterConfig config = HeadwaterConfig.load(file, Map.of());
    assertThat(config.kafka().client())
        .containsEntry("sasl.jaas.config", "user and pass")
        .containsEntry("sasl.mechanism", "PLAIN");
    assertThat(ConfigFile.render(config.values())).doesNotContain("user and pass").contains("***");
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("headwater.conf"), text);
  }
}
