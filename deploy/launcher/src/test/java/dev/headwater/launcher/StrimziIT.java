package dev.headwater.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.broker.BrokerSecurity;
import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.events.Topics;
import dev.headwater.events.kafka.Permission;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.ingest.IngestService;
import dev.headwater.launcher.observability.Yaml;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.store.StoreService;
import dev.headwater.tracing.Tracing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code topics strimzi} prints is what {@code topics create} makes and what the parts need.
 */
@Timeout(180)
class StrimziIT {
  private static final Map<String, String> PASSWORDS =
      Map.of(BrokerSecurity.ADMIN, "a", "headwater", "b");

  private static final String APPLICATION = "shop-intake";
  private static final String MAPPED = "shop.clicks";

  /** What of a configuration the rights depend on. */
  private static final String SETTINGS =
      """
      domains = [toys]
      ingest.application-id = "%s"
      ingest.mappings = [{ topic = "%s", to = interactions, format = json
        fields { event_id = id, user = user, item = item, type = action, timestamp = at } }]
      """
          .formatted(APPLICATION, MAPPED);

  @TempDir Path folder;

  private List<JsonNode> printed(String... more) throws Exception {
    StringWriter out = new StringWriter();
    List<String> words = new ArrayList<>(List.of("topics", "strimzi", "--cluster", "shop"));
    words.addAll(List.of(more));
    int status =
        Main.commandLine().setOut(new PrintWriter(out, true)).execute(words.toArray(String[]::new));
    assertThat(status).isZero();
    return Yaml.documents(out.toString());
  }

  private static List<JsonNode> of(List<JsonNode> all, String kind) {
    return all.stream().filter(each -> each.path("kind").asText().equals(kind)).toList();
  }

  /** Done to a broker as the operator would: the code's own check then has nothing to say. */
  @Test
  void topicsMadeFromTheManifestsAreThoseThatTheCodeWants() throws Exception {
    List<JsonNode> topics = of(printed(), "KafkaTopic");
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      HeadwaterConfig config = config(broker, Map.of());
      Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrap());
      try (Admin admin = Admin.create(client);
          TopicAdmin own = new TopicAdmin(config.kafka())) {
        assertThat(own.check(config.topicLayout())).hasSize(topics.size());
        List<NewTopic> made = topics.stream().map(StrimziIT::topic).toList();
        admin.createTopics(made).all().get();
        own.partitions(made.stream().map(NewTopic::name).toList());
        assertThat(own.check(config.topicLayout())).isEmpty();
        assertThat(own.create(config.topicLayout())).as("nothing is missing").isEmpty();
      }
    }
  }

  private static NewTopic topic(JsonNode manifest) {
    JsonNode spec = manifest.path("spec");
    Map<String, String> config = new HashMap<>();
    spec.path("config").properties().forEach(e -> config.put(e.getKey(), e.getValue().asText()));
    return new NewTopic(
            spec.path("topicName").asText(),
            Optional.of(spec.path("partitions").asInt()),
            Optional.empty())
        .configs(config);
  }

  @Test
  void copiesAndNamesAreTheConfigurations() throws Exception {
    Path file =
        java.nio.file.Files.writeString(
            folder.resolve("a.conf"),
            "kafka { replicas = 3, min-in-sync-replicas = 2, partitions = 12, topic-prefix = \"Acme_1.\" }");
    List<JsonNode> all = printed("--config", file.toString(), "--user", "ann");
    assertThat(of(all, "KafkaTopic"))
        .allSatisfy(
            topic -> {
              assertThat(topic.at("/metadata/name").asText())
                  .matches("[a-z0-9]([a-z0-9.-]*[a-z0-9])?");
              assertThat(topic.at("/spec/topicName").asText()).startsWith("Acme_1.");
              assertThat(topic.at("/spec/replicas").asInt()).isEqualTo(3);
              assertThat(topic.path("spec").path("config").path("min.insync.replicas").asText())
                  .isEqualTo("2");
              assertThat(topic.path("metadata").path("labels").path("strimzi.io/cluster").asText())
                  .isEqualTo("shop");
            })
        .anyMatch(topic -> topic.at("/spec/partitions").asInt() == 12);
    assertThat(of(all, "KafkaUser").get(0).at("/metadata/name").asText()).isEqualTo("ann");
  }

  /** With these rights and no others parts start on a broker that denies the rest. */
  @ParameterizedTest
  @ValueSource(strings = {"", "acme."})
  void theUserMayDoWhatThePartsDo(String prefix) throws Exception {
    BrokerSecurity security = BrokerSecurity.passwords(PASSWORDS).withAcls();
    try (EmbeddedBroker broker = EmbeddedBroker.start(security)) {
      Map<String, Object> values = new HashMap<>();
      values.put("kafka.topic-prefix", prefix);
      security
          .client("headwater", "b")
          .forEach((key, value) -> values.put("kafka.client.\"" + key + "\"", value));
      Path file = folder.resolve("own.conf");
      java.nio.file.Files.writeString(file, SETTINGS);
      HeadwaterConfig config = config(broker, file, values);
      grant(broker, security, prefix);
      try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
        admin.create(config.topicLayout());
      }
      try (StoreService store =
              StoreService.start(
                  config.kafka(),
                  config.store(),
                  new SimpleMeterRegistry(),
                  Clock.systemUTC(),
                  Tracing.OFF);
          IngestService ingest =
              new IngestService(
                  config.ingest(),
                  config.kafka(),
                  new SimpleMeterRegistry(),
                  Clock.systemUTC(),
                  Tracing.OFF)) {
        ingest.start();
        assertThat(ingest.awaitRunning(Duration.ofSeconds(60))).isTrue();
        mapped(broker, security);
        await().atMost(Duration.ofSeconds(60)).until(() -> ingest.counts().accepted() == 1);
        assertThat(ingest.failure()).isNull();
        assertThat(store.adminPort()).isPositive();
      }
    }
  }

  private void grant(EmbeddedBroker broker, BrokerSecurity security, String prefix)
      throws Exception {
    Path file = folder.resolve("own.conf");
    java.nio.file.Files.writeString(file, SETTINGS + "kafka.topic-prefix = \"" + prefix + "\"\n");
    JsonNode user = of(printed("--config", file.toString()), "KafkaUser").get(0);
    List<AclBinding> acls = new ArrayList<>();
    for (JsonNode acl : user.at("/spec/authorization/acls")) {
      acls.addAll(bindings(acl));
    }
    List<Permission> needed =
        Permission.of(new Topics(prefix), prefix + APPLICATION, List.of(MAPPED));
    assertThat(acls)
        .containsExactlyInAnyOrderElementsOf(
            needed.stream().flatMap(p -> p.forUser("headwater").stream()).toList());
    Map<String, Object> admin = new HashMap<>(security.client(BrokerSecurity.ADMIN, "a"));
    admin.put("bootstrap.servers", broker.bootstrap());
    try (Admin kafka = Admin.create(admin)) {
      kafka.createAcls(acls).all().get();
      kafka
          .createTopics(List.of(new NewTopic(MAPPED, Optional.of(1), Optional.empty())))
          .all()
          .get();
    }
    assertThat(acls.stream().map(AclBinding::pattern))
        .as("also of a job of several domains")
        .anyMatch(
            of -> of.resourceType() == ResourceType.GROUP && covers(of, prefix + "fine-tune"));
  }

  private static boolean covers(ResourcePattern of, String name) {
    return of.patternType() == PatternType.PREFIXED && name.startsWith(of.name());
  }

  /** Another's producer writes to another's topic. */
  private static void mapped(EmbeddedBroker broker, BrokerSecurity security) throws Exception {
    Map<String, Object> producer = new HashMap<>(security.client(BrokerSecurity.ADMIN, "a"));
    producer.put("bootstrap.servers", broker.bootstrap());
    try (KafkaProducer<String, String> shop =
        new KafkaProducer<>(producer, new StringSerializer(), new StringSerializer())) {
      String click =
          "{\"id\":\"e1\",\"user\":\"u\",\"item\":\"i\",\"action\":\"click\",\"at\":%d}"
              .formatted(System.currentTimeMillis());
      shop.send(new ProducerRecord<>(MAPPED, click)).get();
    }
  }

  private static List<AclBinding> bindings(JsonNode acl) {
    JsonNode resource = acl.path("resource");
    ResourceType type =
        switch (resource.path("type").asText()) {
          case "topic" -> ResourceType.TOPIC;
          case "group" -> ResourceType.GROUP;
          case "transactionalId" -> ResourceType.TRANSACTIONAL_ID;
          default -> throw new AssertionError(resource);
        };
    PatternType pattern =
        resource.path("patternType").asText().equals("prefix")
            ? PatternType.PREFIXED
            : PatternType.LITERAL;
    ResourcePattern of = new ResourcePattern(type, resource.path("name").asText(), pattern);
    List<AclBinding> bindings = new ArrayList<>();
    for (JsonNode operation : acl.path("operations")) {
      AclOperation may = AclOperation.fromString(operation.asText());
      bindings.add(
          new AclBinding(
              of, new AccessControlEntry("User:headwater", "*", may, AclPermissionType.ALLOW)));
    }
    return bindings;
  }

  private HeadwaterConfig config(EmbeddedBroker broker, Map<String, Object> more) {
    return config(broker, null, more);
  }

  private HeadwaterConfig config(
      EmbeddedBroker broker, @Nullable Path file, Map<String, Object> more) {
    Map<String, Object> values = new HashMap<>();
    values.put("kafka.bootstrap", broker.bootstrap());
    values.put("state-directory", folder.resolve("state").toString());
    values.put("store.admin-port", 0);
    values.putAll(more);
    return HeadwaterConfig.load(file, values);
  }
}
