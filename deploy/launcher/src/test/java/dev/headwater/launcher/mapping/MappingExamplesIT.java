package dev.headwater.launcher.mapping;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.launcher.Main;
import dev.headwater.launcher.observability.Deployed;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands of docs/mapping.md, run on the files of docs/examples. */
@Timeout(120)
class MappingExamplesIT {
  private static final Path EXAMPLES = Deployed.root().resolve("docs/examples");
  private static final String CONFIG = EXAMPLES.resolve("mapping.conf").toString();

  @TempDir private Path folder;
  private final StringWriter errors = new StringWriter();

  private int run(String... words) {
    CommandLine line = Main.commandLine();
    line.setErr(new PrintWriter(errors, true));
    return line.execute(words);
  }

  private JsonNode map(int expected, String topic, Path sample) throws IOException {
    Path json = folder.resolve("map.json");
    int exit =
        run(
            "map",
            "--config",
            CONFIG,
            "--topic",
            topic,
            "--sample",
            sample.toString(),
            "--json",
            json.toString());
    assertThat(exit).as(errors.toString()).isEqualTo(expected);
    return new ObjectMapper().readTree(json.toFile());
  }

  @Test
  void thePageShowsTheExample() throws IOException {
    String page = Files.readString(Deployed.root().resolve("docs/mapping.md"));
    String example = Files.readString(EXAMPLES.resolve("mapping.conf"));
    assertThat(page).contains("```hocon\n" + example + "```");
    assertThat(example.lines().count()).isLessThanOrEqualTo(30);
  }

  @Test
  void clicksAreMappedLeftOutAndRefused() throws IOException {
    JsonNode report = map(1, "web.clicks", EXAMPLES.resolve("clicks.jsonl"));
    assertThat(report.path("accepted").asInt()).isEqualTo(1);
    assertThat(report.path("refused").asInt()).isEqualTo(1);
    JsonNode click = report.at("/records/0/becomes/0");
    assertThat(click.path("key").asText()).isEqualTo("shop/4711");
    assertThat(click.at("/value/type").asText()).isEqualTo("view");
    assertThat(report.at("/records/1/left_out").asText()).isEqualTo("action is 'LOGIN'");
    assertThat(report.at("/records/2/reason").asText()).isEqualTo("missing_field");
    assertThat(report.at("/records/2/detail").asText()).isEqualTo("item: nothing at product.sku");
  }

  @Test
  void changesOfATableAreItemsAndDeletions() throws IOException {
    JsonNode report = map(0, "shop.public.products", EXAMPLES.resolve("products.jsonl"));
    assertThat(report.path("accepted").asInt()).isEqualTo(3);
    assertThat(report.at("/records/0/becomes/0/value/categories/1").asText()).isEqualTo("Trains");
    assertThat(report.at("/records/1/becomes/0/value/available").asBoolean(true)).isFalse();
    assertThat(report.at("/records/2/becomes/0/key").asText()).isEqualTo("shop/i41");
    assertThat(report.at("/records/2/becomes/0/value").isNull()).isTrue();
    assertThat(report.at("/records/3/left_out").asText()).startsWith("the tombstone");
  }

  @Test
  void whatIsMissingIsToldAndNotGuessed() throws IOException {
    assertThat(run("map", "--config", CONFIG, "--sample", "x.json")).isEqualTo(1);
    assertThat(errors.toString()).contains("say --topic, one of [web.clicks, shop.public");
    assertThat(run("map", "--config", CONFIG, "--topic", "web.clicks", "--sample", "x.json"))
        .isEqualTo(1);
    assertThat(errors.toString()).contains("cannot read x.json");
    Path broken = Files.writeString(folder.resolve("broken.json"), "{\"a\": 1}\n{\"a\": ");
    assertThat(
            run("map", "--config", CONFIG, "--topic", "web.clicks", "--sample", broken.toString()))
        .isEqualTo(1);
    assertThat(errors.toString()).contains("record 1 and what follows cannot be read");
    assertThat(run("load", "--config", CONFIG)).isEqualTo(2);
    assertThat(errors.toString()).contains("load takes --data with --target, or --file");
  }

  @Test
  void aFileIsLoadedByItsMapping() throws Exception {
    Map<String, String> items = new ConcurrentHashMap<>();
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      KafkaSettings kafka = KafkaSettings.of(broker.bootstrap());
      try (TopicAdmin admin = new TopicAdmin(kafka)) {
        admin.create(2);
      }
      Path json = folder.resolve("load.json");
      List<String> words = new ArrayList<>(List.of("load", "--config", CONFIG));
      words.addAll(List.of("--bootstrap", broker.bootstrap(), "--topic", "shop.public.products"));
      words.addAll(List.of("--file", EXAMPLES.resolve("products.csv").toString()));
      words.addAll(List.of("--json", json.toString()));
      assertThat(run(words.toArray(String[]::new))).as(errors.toString()).isEqualTo(1);
      JsonNode report = new ObjectMapper().readTree(json.toFile());
      assertThat(report.path("events_published").asInt()).isEqualTo(2);
      assertThat(report.path("refused").asInt()).isEqualTo(1);
      try (TopicFollower follower =
          new TopicFollower(
                  "loaded",
                  kafka,
                  List.of(kafka.topics().catalog()),
                  record ->
                      items.put(new String(record.key(), UTF_8), new String(record.value(), UTF_8)))
              .start()) {
        follower.awaitCaughtUp(Duration.ofSeconds(30));
        await().atMost(Duration.ofSeconds(30)).until(() -> items.size() == 2);
      }
    }
    assertThat(items.get("shop/i42")).contains("\"categories\":[\"Toys\",\"Trains\"]");
    assertThat(items.get("shop/i43")).contains("\"available\":false");
  }

  @Test
  void everyExampleIsOfAKindThatIsRead() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      assertThat(files.map(file -> String.valueOf(file.getFileName())))
          .containsExactlyInAnyOrder(
              "mapping.conf",
              "clicks.jsonl",
              "products.jsonl",
              "products.csv",
              "publish.py"); // by the contract of the clients
    }
  }
}
