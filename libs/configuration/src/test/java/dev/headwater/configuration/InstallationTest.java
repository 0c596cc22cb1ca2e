package dev.headwater.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationTest {
  @TempDir Path folder;

  /** What else the file holds is not this process's: only these keys are bound. */
  private static Installation read(Map<String, ?> values) {
    ConfigFile file = ConfigFile.of(values);
    return new Installation(
        java.util.Set.of("demo"),
        Path.of("bundles"),
        folderOf(values),
        file.section("kafka", Installation.Kafka.class));
  }

  private static Path folderOf(Map<String, ?> values) {
    return Path.of(String.valueOf(values.get("state-directory")));
  }

  @Test
  void relativeFoldersStartAtHomeAndOthersStayWhereTheyAre() {
    Installation installation = read(Map.of("state-directory", folder.toString()));
    assertThat(installation.bundleDirectory()).isEqualTo(Home.directory().resolve("bundles"));
    assertThat(installation.bundleDirectory()).isAbsolute();
    assertThat(installation.stateDirectory()).isEqualTo(folder);
  }

  @Test
  void homeIsWhereTheInstallationSaysItIs() {
    String before = System.getProperty("headwater.home");
    try {
      System.setProperty("headwater.home", folder + "/a/..");
      assertThat(Home.directory()).isEqualTo(folder);
    } finally {
      if (before == null) {
        System.clearProperty("headwater.home");
      } else {
        System.setProperty("headwater.home", before);
      }
    }
  }

  @Test
  void aPrefixOrAPartitionCountThatKafkaWouldRefuseIsRefusedByItsKey() {
    assertThatThrownBy(() -> read(Map.of("kafka.topic-prefix", "a b/", "state-directory", "s")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("kafka.topic-prefix");
    assertThatThrownBy(() -> read(Map.of("kafka.partitions", 0, "state-directory", "s")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("kafka.partitions: partitions must be at least 1");
  }

  @Test
  void nestedAndDottedKeysOfKafkaAreTheSame() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("a.conf"),
            "kafka.client { sasl { mechanism = PLAIN }, \"client.id\" = me, linger.ms = 5 }");
    assertThat(ConfigFile.read(file, Map.of()).section("kafka", Installation.Kafka.class).client())
        .isEqualTo(Map.of("sasl.mechanism", "PLAIN", "client.id", "me", "linger.ms", "5"));
  }

  @Test
  void aFileMayTakeValuesFromTheEnvironmentAndFromItself() throws IOException {
    String home = System.getenv("PATH");
    Path file =
        Files.writeString(
            folder.resolve("a.conf"),
            """
            kafka { topic-prefix = t-, bootstrap = ${kafka.topic-prefix}host":1" }
            kafka.client."client.id" = ${PATH}
            """);
    Installation.Kafka kafka =
        ConfigFile.read(file, Map.of()).section("kafka", Installation.Kafka.class);
    assertThat(kafka.bootstrap()).isEqualTo("t-host:1");
    assertThat(kafka.client()).isEqualTo(Map.of("client.id", home));
  }

  @Test
  void aFileThatNamesAVariableThatIsNotThereIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("a.conf"), "domains = [${NO_SUCH_VARIABLE_HERE}]");
    assertThatThrownBy(() -> ConfigFile.read(file, Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("a.conf")
        .hasMessageContaining("NO_SUCH_VARIABLE_HERE");
  }

  @Test
  void aSectionWithoutAValueIsToldAndHidesNothing() throws IOException {
    Path file = Files.writeString(folder.resolve("a.conf"), "\nstore = null\nkafka = 5\n");
    assertThatThrownBy(() -> ConfigFile.read(file, Map.of()).section("kafka", Installation.class))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("a.conf:2: store must be a section")
        .hasMessageContaining("a.conf:3: kafka must be a section");
  }

  @Test
  void aFlagMayNotNameAKeyThatThereIsNot() {
    assertThatThrownBy(
            () -> ConfigFile.section("kafka", Map.of("no-such", 1), Installation.Kafka.class))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("command line: unknown key kafka.no-such");
  }

  @Test
  void theReferenceHoldsNothingThatItRefusesItself() {
    ConfigFile reference = ConfigFile.reference();
    assertThat(reference.section("kafka", Installation.Kafka.class).partitions()).isEqualTo(4);
    assertThat(List.copyOf(reference.shown().keySet())).isSorted().contains("domains");
  }
}
