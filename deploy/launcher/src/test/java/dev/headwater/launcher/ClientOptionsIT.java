package dev.headwater.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.idp.data.DomainData;
import dev.headwater.jobs.main.FineTuneMain;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.load.EventPublisher;
import dev.headwater.platform.parts.Platform;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Options of one kind of client reach all of that kind, in every part, and no other. */
@Timeout(300)
class ClientOptionsIT {
  @TempDir Path folder;

  /** Kafka makes one for each client that was given it. */
  abstract static class Seen implements MetricsReporter {
    private final Set<String> clients;

    Seen(Set<String> clients) {
      this.clients = clients;
    }

    @Override
    public void configure(Map<String, ?> configs) {
      clients.add(String.valueOf(configs.get("client.id")));
    }

    @Override
    public void init(List<KafkaMetric> metrics) {}

    @Override
    public void metricChange(KafkaMetric metric) {}

    @Override
    public void metricRemoval(KafkaMetric metric) {}

    @Override
    public void close() {}
  }

  /** Of producers. */
  public static final class Producers extends Seen {
    static final Set<String> CLIENTS = new ConcurrentSkipListSet<>();

    /** For Kafka. */
    public Producers() {
      super(CLIENTS);
    }
  }

  /** Of consumers. */
  public static final class Consumers extends Seen {
    static final Set<String> CLIENTS = new ConcurrentSkipListSet<>();

    /** For Kafka. */
    public Consumers() {
      super(CLIENTS);
    }
  }

  /** Of admin clients. */
  public static final class Admins extends Seen {
    static final Set<String> CLIENTS = new ConcurrentSkipListSet<>();

    /** For Kafka. */
    public Admins() {
      super(CLIENTS);
    }
  }

  @Test
  void eachKindOfClientGetsItsOwnInEveryPart() throws Exception {
    List<DomainData> market = SmallMarket.generate();
    Path bundle = SmallMarket.bundle(market.get(0), folder.resolve("bundle"));
    EmbeddedBroker broker = EmbeddedBroker.start();
    HeadwaterConfig config =
        SmallMarket.config(
            broker,
            "toys",
            folder,
            Map.of(
                "kafka.producer.metric.reporters",
                Producers.class.getName(),
                "kafka.consumer.metric.reporters",
                Consumers.class.getName(),
                "kafka.admin.metric.reporters",
                Admins.class.getName()));
    try (Platform platform = Platform.start(config, broker, "toys", bundle);
        EventPublisher publisher = new EventPublisher(config.kafka())) {
      assertThat(platform.serving().port()).isPositive();
      SmallMarket.catalog("toys", market.get(1)).forEach(publisher::publish);
      publisher.flush();
      await()
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(
              () -> {
                for (String part : List.of("headwater-ingest", "serving", "store", "producer-")) {
                  assertThat(Producers.CLIENTS).as("producers").anyMatch(is(part));
                }
                for (String part : List.of("headwater-ingest", "serving", "store", "cold-start")) {
                  assertThat(Consumers.CLIENTS).as("consumers").anyMatch(is(part));
                }
                assertThat(Admins.CLIENTS)
                    .as("admin clients")
                    .anyMatch(is("headwater-ingest"))
                    .anyMatch(is("adminclient-"));
              });
    }
    assertThat(Producers.CLIENTS).noneMatch(name -> name.contains("consumer"));
    assertThat(Consumers.CLIENTS).noneMatch(name -> name.endsWith("-producer"));
    assertThat(Admins.CLIENTS).allMatch(name -> name.contains("admin"));
  }

  private static java.util.function.Predicate<String> is(String part) {
    return name -> name.contains(part);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingest", "store", "serve", "job cold-start", "topics create", "doctor"})
  void whateverTheVerbAnOptionThatKafkaDoesNotKnowIsRefused(String verb) throws Exception {
    StringWriter errors = new StringWriter();
    int status =
        Main.commandLine()
            .setErr(new PrintWriter(errors, true))
            .execute((verb + " --config " + wrong()).split(" ", -1));
    assertThat(status).isEqualTo(1);
    assertThat(errors.toString())
        .contains("wrong.conf:1: kafka.producer.lingr.ms is no option of Kafka's producer")
        .contains("did you mean linger.ms?", "(unknown_option)")
        .doesNotContain("stack trace");
  }

  @Test
  void aJobOnAClusterRefusesItToo() {
    assertThatThrownBy(() -> FineTuneMain.main(new String[] {"--config", wrong().toString()}))
        .hasMessageContaining("(unknown_option)");
  }

  private Path wrong() throws java.io.IOException {
    return Files.writeString(folder.resolve("wrong.conf"), "kafka.producer.lingr.ms = 5\n");
  }
}
