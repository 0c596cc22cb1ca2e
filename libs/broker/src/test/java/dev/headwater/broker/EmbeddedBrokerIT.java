package dev.headwater.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedBrokerIT {
  private static final int SECONDS = 30;

  @TempDir Path folder;

  private static Map<String, Object> config(EmbeddedBroker broker, Map<String, String> more) {
    Map<String, Object> config = new HashMap<>(more);
    config.put("bootstrap.servers", broker.bootstrap());
    return config;
  }

  private static void create(Map<String, Object> config, String topic) throws Exception {
    try (Admin admin = Admin.create(config)) {
      admin
          .createTopics(List.of(new NewTopic(topic, 1, (short) 1)))
          .all()
          .get(SECONDS, TimeUnit.SECONDS);
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> config) {
    Map<String, Object> more = new HashMap<>(config);
    more.put("max.request.size", 4 << 20);
    more.put("max.block.ms", 20_000);
    return new KafkaProducer<>(more, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static void send(Map<String, Object> config, String topic, byte[] value)
      throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer(config)) {
      producer.send(new ProducerRecord<>(topic, null, value)).get(SECONDS, TimeUnit.SECONDS);
    }
  }

  private static List<String> read(Map<String, Object> config, String topic) {
    Map<String, Object> more = new HashMap<>(config);
    more.put("isolation.level", "read_committed");
    List<String> read = new ArrayList<>();
    TopicPartition partition = new TopicPartition(topic, 0);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(more, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofMillis(200))) {
          read.add(new String(each.value(), UTF_8));
        }
      }
    }
    return read;
  }

  @Test
  void whatWasWrittenIsThereAfterARestartAndAtAnotherStartInItsFolder() throws Exception {
    Path data = folder.resolve("data");
    try (EmbeddedBroker broker = EmbeddedBroker.start(data, 0)) {
      Map<String, Object> config = config(broker, Map.of());
      create(config, "kept");
      send(config, "kept", "one".getBytes(UTF_8));
      String before = broker.bootstrap();
      broker.stop();
      broker.restart();
      assertThat(broker.bootstrap()).isEqualTo(before);
      assertThat(read(config, "kept")).containsExactly("one");
      send(config, "kept", "two".getBytes(UTF_8));
    }
    assertThat(data).as("a folder that was given is its owner's").isNotEmptyDirectory();
    try (EmbeddedBroker again = EmbeddedBroker.start(data, 0)) {
      assertThat(read(config(again, Map.of()), "kept")).containsExactly("one", "two");
    }
  }

  @Test
  void aPortThatIsTakenIsAnErrorAndNotTheEndOfTheJvm() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("data"), 0)) {
      broker.stop();
      InetAddress loopback = InetAddress.getLoopbackAddress();
      try (ServerSocket taken = new ServerSocket(broker.controllerPort(), 1, loopback)) {
        assertThatThrownBy(broker::restart)
            .hasMessageContaining("port " + taken.getLocalPort() + " is taken");
      }
      broker.restart();
    }
  }

  @Test
  void aBrokerThatMayChooseTakesOtherPortsWhereSomebodyWasFaster() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    Path data = folder.resolve("data");
    Files.createDirectories(data);
    try (ServerSocket taken = new ServerSocket(FreePorts.next(), 1, loopback)) {
      List<Integer> tried = new ArrayList<>();
      EmbeddedBroker.Opener faster =
          free -> {
            tried.add(free.get(1));
            int controller = tried.size() == 1 ? taken.getLocalPort() : free.get(1);
            return EmbeddedBroker.at(data, List.of(free.get(0), controller, free.get(2)));
          };
      try (EmbeddedBroker broker = EmbeddedBroker.open(faster, 2)) {
        create(config(broker, Map.of()), "log");
      }
      assertThat(tried).hasSize(2);
      tried.clear();
      assertThatThrownBy(() -> EmbeddedBroker.open(faster, 1)).hasMessageContaining("is taken");
    }
  }

  @Test
  void aTransactionThatIsNotCommittedIsNotReadAndNoTopicIsMadeByTheWay() throws Exception {
    try (EmbeddedBroker one = EmbeddedBroker.start();
        EmbeddedBroker other = EmbeddedBroker.start()) {
      assertThat(one.bootstrap()).as("each on a port of its own").isNotEqualTo(other.bootstrap());
      Map<String, Object> config = config(one, Map.of("transactional.id", "t"));
      create(config(one, Map.of()), "log");
      try (KafkaProducer<byte[], byte[]> producer = producer(config)) {
        producer.initTransactions();
        producer.beginTransaction();
        var unused = producer.send(new ProducerRecord<>("log", null, "undone".getBytes(UTF_8)));
        producer.flush();
        producer.abortTransaction();
        producer.beginTransaction();
        unused = producer.send(new ProducerRecord<>("log", null, "done".getBytes(UTF_8)));
        producer.commitTransaction();
      }
      assertThat(read(config(one, Map.of()), "log")).containsExactly("done");
      send(config(one, Map.of()), "log", new byte[3 << 20]);
      try (Admin admin = Admin.create(config(other, Map.of()))) {
        assertThatThrownBy(
                () ->
                    admin
                        .describeTopics(List.of("log"))
                        .allTopicNames()
                        .get(SECONDS, TimeUnit.SECONDS))
            .isInstanceOf(ExecutionException.class)
            .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
      }
    }
  }

  @Test
  void overEncryptedConnectionsWhoNamesItselfMayDoWhatAnAclAllows() throws Exception {
    Certificate certificate = Certificate.create(folder, "broker", "EC");
    assertThat(Files.readString(certificate.keyPem())).startsWith("-----BEGIN PRIVATE KEY-----");
    BrokerSecurity security =
        BrokerSecurity.encrypted(
                certificate, Map.of(BrokerSecurity.ADMIN, "a-pass", "shop", "s-pass"))
            .withAcls();
    try (EmbeddedBroker broker = EmbeddedBroker.start(security)) {
      Map<String, Object> admin = config(broker, security.client(BrokerSecurity.ADMIN, "a-pass"));
      Map<String, Object> shop = config(broker, security.client("shop", "s-pass"));
      create(admin, "own");
      create(admin, "others");
      allow(admin, "shop", "own");
      send(shop, "own", "mine".getBytes(UTF_8));
      assertThat(read(admin, "own")).containsExactly("mine");
      assertThatThrownBy(() -> send(shop, "others", "not mine".getBytes(UTF_8)))
          .hasCauseInstanceOf(TopicAuthorizationException.class);
      Map<String, Object> liar = config(broker, security.client("shop", "a-pass"));
      assertThatThrownBy(() -> create(liar, "x"))
          .hasCauseInstanceOf(SaslAuthenticationException.class);
    }
  }

  private static void allow(Map<String, Object> admin, String user, String topic) throws Exception {
    try (Admin connected = Admin.create(admin)) {
      connected
          .createAcls(
              List.of(
                  new AclBinding(
                      new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                      new AccessControlEntry(
                          "User:" + user, "*", AclOperation.WRITE, AclPermissionType.ALLOW))))
          .all()
          .get(SECONDS, TimeUnit.SECONDS);
    }
  }
}
