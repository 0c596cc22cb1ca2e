package dev.headwater.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.headwater.broker.BrokerSecurity;
import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.events.Topics;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.Permission;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.ingest.IngestService;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.load.EventPublisher;
import dev.headwater.platform.report.VerbException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.errors.AuthorizationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two tenants with a prefix each on one broker, which lets each see its prefix only. */
class TenantsIT {
  private static final Map<String, String> PASSWORDS =
      Map.of(BrokerSecurity.ADMIN, "a", "acme", "b", "bolt", "c");
  private static final String DOMAIN = "demo";

  @TempDir Path directory;
  private final BrokerSecurity security = BrokerSecurity.passwords(PASSWORDS).withAcls();
  private EmbeddedBroker broker;

  @BeforeEach
  void start() throws Exception {
    broker = EmbeddedBroker.start(security);
    Map<String, Object> admin = new HashMap<>(security.client(BrokerSecurity.ADMIN, "a"));
    admin.put("bootstrap.servers", broker.bootstrap());
    try (Admin kafka = Admin.create(admin)) {
      List<AclBinding> acls = new ArrayList<>();
      for (String tenant : List.of("acme", "bolt")) {
        Permission.of(new Topics(tenant + "."), tenant + ".headwater-ingest", List.of())
            .forEach(permission -> acls.addAll(permission.forUser(tenant)));
      }
      kafka.createAcls(acls).all().get();
    }
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  private HeadwaterConfig tenant(String name) {
    Map<String, Object> values = new HashMap<>();
    values.put("kafka.bootstrap", broker.bootstrap());
    values.put("kafka.topic-prefix", name + ".");
    values.put("kafka.partitions", 2);
    values.put("domains", List.of(DOMAIN));
    values.put("state-directory", directory.resolve(name).toString());
    security
        .client(name, String.valueOf(PASSWORDS.get(name)))
        .forEach((key, value) -> values.put("kafka.client.\"" + key + "\"", value));
    HeadwaterConfig config = HeadwaterConfig.load(null, values);
    try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
      admin.create(config.topicLayout());
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(admin.check(config.topicLayout())).isEmpty());
    }
    return config;
  }

  private static IngestService ingest(HeadwaterConfig config) throws InterruptedException {
    IngestService service =
        new IngestService(
            config.ingest(), config.kafka(), new SimpleMeterRegistry(), Clock.systemUTC());
    service.start();
    return service;
  }

  private static void click(HeadwaterConfig config, String user) {
    try (EventPublisher publisher = new EventPublisher(config.kafka())) {
      publisher.publish(
          Interaction.click("e1", DOMAIN, user, "item", System.currentTimeMillis() - 1000));
      publisher.flush();
    }
  }

  @Test
  void theSameDomainAndIdsOfTwoTenantsStayApart() throws Exception {
    HeadwaterConfig acme = tenant("acme");
    HeadwaterConfig bolt = tenant("bolt");
    try (IngestService ofAcme = ingest(acme);
        IngestService ofBolt = ingest(bolt)) {
      click(acme, "ann");
      click(bolt, "bob");
      assertThat(histories(acme)).containsExactly(DOMAIN + "/ann");
      assertThat(histories(bolt)).containsExactly(DOMAIN + "/bob");
      assertThat(ofAcme.counts().accepted()).isEqualTo(1);
      assertThat(ofBolt.counts().accepted()).isEqualTo(1);
    }
  }

  /** Keys of the tenant's histories, once there is one. */
  private static List<String> histories(HeadwaterConfig config) {
    KafkaSettings kafka = config.kafka();
    ConcurrentLinkedQueue<String> found = new ConcurrentLinkedQueue<>();
    try (TopicFollower follower =
        new TopicFollower(
                "histories",
                kafka,
                List.of(kafka.topics().userHistories()),
                record -> found.add(new String(record.key(), StandardCharsets.UTF_8)))
            .start()) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> !found.isEmpty() || follower.failure() != null);
    }
    return List.copyOf(found);
  }

  @Test
  void aTenantNeitherSeesNorReadsNorWritesAnothersTopics() {
    HeadwaterConfig acme = tenant("acme");
    HeadwaterConfig bolt = tenant("bolt");
    KafkaSettings thief =
        new KafkaSettings(broker.bootstrap(), acme.kafka().topics(), bolt.kafka().client());
    try (Admin admin = Admin.create(thief.common())) {
      assertThat(admin.listTopics().names().get())
          .isNotEmpty()
          .allMatch(name -> name.startsWith("bolt."));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    assertThatThrownBy(
            () ->
                new TopicFollower(
                    "thief", thief, List.of(thief.topics().interactions()), record -> {}))
        .isInstanceOf(AuthorizationException.class);
    try (EventPublisher publisher = new EventPublisher(thief)) {
      publisher.publish(Interaction.click("e1", DOMAIN, "ann", "item", 1));
      assertThatThrownBy(publisher::flush)
          .isInstanceOf(VerbException.class)
          .hasMessageContaining("acme.interactions");
    }
  }
}
