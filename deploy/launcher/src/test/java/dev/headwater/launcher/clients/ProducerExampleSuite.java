package dev.headwater.launcher.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.launcher.observability.Deployed;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/examples/publish.py} puts each user's clicks where a Java producer would. */
class ProducerExampleSuite {
  private static final String TOPIC = "interactions";
  private static final int PARTITIONS = 7;
  private static final int USERS = 300;
  private static final String RIGHT = "\"murmur2_random\"";

  @TempDir Path directory;

  private EmbeddedBroker broker;
  private KafkaSettings kafka;

  @BeforeEach
  void start() throws Exception {
    broker = EmbeddedBroker.start();
    kafka = KafkaSettings.of(broker.bootstrap());
    try (Admin admin = Admin.create(kafka.common())) {
      admin
          .createTopics(List.of(new NewTopic(TOPIC, Optional.of(PARTITIONS), Optional.empty())))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  /** Letters of all lengths in UTF-8. */
  private static String user(int i) {
    return List.of("ann-", "größe ", "利用者/", "🚂").get(i % 4) + i;
  }

  private Map<String, Integer> placesByJava() throws Exception {
    Map<String, Integer> places = new TreeMap<>();
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(kafka.producer(), new StringSerializer(), new StringSerializer())) {
      for (int i = 0; i < USERS; i++) {
        String key = "demo/" + user(i);
        places.put(key, producer.send(new ProducerRecord<>(TOPIC, key, "")).get().partition());
      }
    }
    return places;
  }

  private Map<String, Integer> placesBy(Path program) throws Exception {
    String clicks =
        IntStream.range(0, USERS)
            .mapToObj(
                i ->
                    "{\"event_id\":\"%d\",\"domain\":\"demo\",\"user\":\"%s\",\"item\":\"i\",\"type\":\"click\",\"timestamp\":1}%n"
                        .formatted(i, user(i)))
            .reduce("", String::concat);
    Process process =
        new ProcessBuilder(
                Deployed.root().resolve("clients/target/venv/bin/python").toString(),
                program.toString(),
                broker.bootstrap())
            .inheritIO()
            .redirectInput(Files.writeString(directory.resolve("clicks"), clicks).toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    return published();
  }

  private Map<String, Integer> published() {
    Map<String, Integer> places = new TreeMap<>();
    List<TopicPartition> all =
        IntStream.range(0, PARTITIONS).mapToObj(p -> new TopicPartition(TOPIC, p)).toList();
    Map<String, Object> settings = new TreeMap<>(Map.of("auto.offset.reset", "earliest"));
    settings.put("bootstrap.servers", broker.bootstrap());
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(all);
      consumer.seekToBeginning(all);
      long end = consumer.endOffsets(all).values().stream().mapToLong(Long::longValue).sum();
      for (long read = 0; read < end; ) {
        for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofSeconds(1))) {
          read++;
          if (!each.value().isEmpty()) {
            places.put(each.key(), each.partition());
          }
        }
      }
    }
    return places;
  }

  @Test
  void everyKeyLiesWhereAJavaProducerPutsIt() throws Exception {
    Map<String, Integer> java = placesByJava();
    Map<String, Integer> python = placesBy(Deployed.doc("examples/publish.py"));
    assertThat(python).hasSize(USERS).isEqualTo(java);
    assertThat(python.values()).containsAll(IntStream.range(0, PARTITIONS).boxed().toList());
  }

  @Test
  void byTheDefaultOfLibrdkafkaTheyWouldLieElsewhere() throws Exception {
    String example = Files.readString(Deployed.doc("examples/publish.py"));
    assertThat(example).contains(RIGHT);
    Path wrong = directory.resolve("wrong.py");
    Files.writeString(
        wrong, example.replace(RIGHT, "\"consistent_random\""), StandardCharsets.UTF_8);
    Map<String, Integer> java = placesByJava();
    Map<String, Integer> python = placesBy(wrong);
    java.entrySet().removeAll(python.entrySet());
    assertThat(java.size()).isGreaterThan(USERS / 2);
  }
}
