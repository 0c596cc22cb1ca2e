package dev.headwater.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.events.kafka.ClientKind;
import dev.headwater.events.kafka.KafkaSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kafka's own names, as people who run Kafka write them. */
class ClientOptionsTest {
  @TempDir Path folder;

  private KafkaSettings kafka(String text, Map<String, ?> flags) throws IOException {
    Path file = Files.writeString(folder.resolve("headwater.conf"), text);
    return ConfigFile.read(file, flags).section("kafka", Installation.Kafka.class).settings();
  }

  private KafkaSettings kafka(String text) throws IOException {
    return kafka(text, Map.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bootstrap.servers = \"a:1,b:2\"",
        "kafka.bootstrap.servers = \"a:1,b:2\"",
        "kafka { bootstrap.servers = \"a:1,b:2\", partitions = 3 }",
        "kafka.client.bootstrap.servers = \"a:1,b:2\"",
        "kafka.client { \"bootstrap.servers\" = \"a:1,b:2\" }",
        "kafka.bootstrap = \"a:1,b:2\", bootstrap.servers = \"a:1,b:2\""
      })
  void theBrokersMayBeNamedAsKafkaNamesThem(String text) throws IOException {
    assertThat(kafka(text).bootstrap()).isEqualTo("a:1,b:2");
    assertThat(kafka(text).client()).isEmpty();
    assertThat(kafka(text, Map.of("kafka.bootstrap", "flag:3")).bootstrap()).isEqualTo("flag:3");
    assertThat(kafka(text, Map.of("bootstrap.servers", "flag:3")).bootstrap()).isEqualTo("flag:3");
  }

  @Test
  void twoSpellingsThatDifferAreRefused() {
    assertThatThrownBy(() -> kafka("kafka.bootstrap = \"a:1\"\nbootstrap.servers = \"b:2\""))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("headwater.conf:2: kafka.bootstrap is said twice")
        .hasMessageContaining("b:2")
        .hasMessageContaining("headwater.conf:1")
        .hasMessageContaining("ambiguous_option");
  }

  @Test
  void anOptionGoesToItsKindOfClientAndWinsOverOursAndOverTheCommonOne() throws IOException {
    KafkaSettings kafka =
        kafka(
            """
            kafka.client { linger.ms = 9, client.rack = everywhere }
            kafka.producer { linger.ms = 5, compression { type = zstd, zstd.level = 3 } }
            kafka.consumer { "fetch.max.wait.ms" = 70, client.rack = here }
            kafka.admin { retries = 3 }
            """);
    assertThat(kafka.producer())
        .containsEntry("linger.ms", "5")
        .containsEntry("compression.type", "zstd")
        .containsEntry("compression.zstd.level", "3")
        .containsEntry("acks", "all")
        .containsEntry("client.rack", "everywhere")
        .doesNotContainKeys("fetch.max.wait.ms", "retries");
    assertThat(kafka.consumer())
        .containsEntry("fetch.max.wait.ms", "70")
        .containsEntry("client.rack", "here")
        .containsEntry("isolation.level", "read_committed")
        .doesNotContainKeys("compression.type", "retries");
    assertThat(kafka.admin())
        .containsEntry("retries", "3")
        .doesNotContainKeys("compression.type", "fetch.max.wait.ms");
    assertThat(kafka.of(ClientKind.ADMIN)).isEqualTo(Map.of("retries", "3"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kafka.producer.lingr.ms = 5|did you mean linger.ms?|unknown_option",
        "kafka.consumer.linger.ms = 5|kafka.consumer.linger.ms is no option of Kafka's consumer|unknown_option",
        "kafka.admin.acks = all|no option of Kafka's admin client|unknown_option",
        "kafka.producer.linger.ms = soon|must be of Kafka's type long|bad_option",
        "kafka.producer.compression.type = zip|kafka.producer.compression.type must be|bad_option",
        "kafka.producer.linger.ms = -7|kafka.producer.linger.ms must be|bad_option",
        "kafka.producer.acks = 1|what Headwater promises stands on it|fixed_option",
        "kafka.consumer.isolation.level = read_uncommitted|kafka.consumer.isolation.level|fixed_option",
        "kafka.producer.bootstrap.servers = \"b:1\"|for all clients alike: kafka.bootstrap|fixed_option",
      })
  void whatKafkaOrHeadwaterDoesNotTakeIsRefusedWithACode(String text, String why, String code) {
    assertThatThrownBy(() -> kafka("\n" + text))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("headwater.conf:2: kafka.")
        .hasMessageContaining(why)
        .hasMessageContaining("(" + code + ")");
  }

  @Test
  void allThatIsWrongIsShownAtOnceAndNoValueIsRepeated() {
    assertThatThrownBy(
            () ->
                kafka(
                    """
                    kafka.producer { no.such = canary, ssl.protocol = TLSv1.3 }
                    kafka.consumer.max.poll.records = "canary"
                    """))
        .hasMessageContaining("2 problem(s)")
        .hasMessageContaining("unknown_option")
        .hasMessageContaining("bad_option")
        .hasMessageNotContaining("canary");
  }

  @Test
  void aClassThatOnlyAPartKnowsIsTaken() throws IOException {
    assertThat(kafka("kafka.consumer { metric.reporters = \"not.here.Reporter\" }").consumer())
        .containsEntry("metric.reporters", "not.here.Reporter");
  }
}
