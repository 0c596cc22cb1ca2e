package dev.headwater.launcher.mapping;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.client.HeadwaterClient;
import dev.headwater.client.NodeClient;
import dev.headwater.client.Wish;
import dev.headwater.client.answers.Recommendations;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Item;
import dev.headwater.jobs.finetune.FineTuneStats;
import dev.headwater.jobs.main.JobsConfig;
import dev.headwater.launcher.SmallMarket;
import dev.headwater.launcher.observability.Deployed;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.load.Timeline;
import dev.headwater.platform.parts.Platform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A newcomer's way: clicks in Avro and a catalog that Debezium follows, the 25 lines of {@code
 * docs/examples/mapping.conf}, no Java; then answers that were learned from them. The registry is a
 * stand-in here, for the real one needs a newer JDK than the build does ({@code RegistryIT}).
 */
@Timeout(300)
class NewcomerIT {
  private static final Path SETTINGS = Deployed.root().resolve("docs/examples/mapping.conf");
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final String DOMAIN = "shop";
  private static final int SCHEMA_ID = 11;
  private static final Schema CLICK =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Click", "fields": [
                {"name": "id", "type": "string"},
                {"name": "customer", "type": {"type": "record", "name": "Customer", "fields": [
                  {"name": "id", "type": ["null", "string"], "default": null}]}},
                {"name": "session", "type": ["null", "string"], "default": null},
                {"name": "product", "type": {"type": "record", "name": "Product", "fields": [
                  {"name": "sku", "type": "string"}]}},
                {"name": "action", "type": "string"},
                {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}}]}
              """);

  @TempDir private Path folder;

  @Test
  void anAvroTopicAndADebeziumCatalogBecomeLearnedAnswers() throws Exception {
    assertThat(Files.readAllLines(SETTINGS)).hasSizeLessThanOrEqualTo(30);
    List<DomainData> market = SmallMarket.generate();
    DomainData target = market.get(1);
    Path bundle = SmallMarket.bundle(market.get(0), folder.resolve("bundle"));
    HttpServer registry = registry();
    EmbeddedBroker broker = EmbeddedBroker.start();
    HeadwaterConfig config = config(broker.bootstrap(), registry.getAddress().getPort());
    topics(config.kafka());
    try (Platform platform = Platform.start(config, broker, DOMAIN, bundle)) {
      List<Interaction> clicks = Timeline.of(DOMAIN, target.events());
      try (KafkaProducer<byte[], byte[]> producer =
          new KafkaProducer<>(
              config.kafka().producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
        for (Item item : target.items()) {
          producer.send(change(item)).get();
        }
        Interaction first = clicks.get(0);
        producer
            .send(
                click(
                    Interaction.click("e", DOMAIN, first.user(), first.item(), first.timestampMs()),
                    "LOGIN"))
            .get();
        for (Interaction click : clicks) {
          var unused = producer.send(click(click, "PRODUCT_VIEW"));
        }
        producer.flush();
      }
      HeadwaterClient shop =
          NodeClient.at(URI.create("http://127.0.0.1:" + platform.serving().port())).shop(DOMAIN);
      FineTuneStats stats = FineTuneStats.of(JobsConfig.fineTuneName(DOMAIN));
      await().atMost(SOON).until(() -> platform.ingest().counts().accepted() == clicks.size());
      await().atMost(SOON).until(() -> stats.learned() > 0);
      assertThat(platform.ingest().counts().accepted()).isEqualTo(clicks.size());
      assertThat(platform.ingest().counts().deadLettered()).isEmpty();
      Interaction last = clicks.get(clicks.size() - 1);
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> {
                Recommendations answer = shop.forUser(last.user(), Wish.of(10));
                assertThat(answer.items()).hasSize(10);
                assertThat(answer.fallback()).isNull();
                assertThat(String.valueOf(answer.basedOn())).contains(last.eventId());
                assertThat(answer.items()).anyMatch(item -> item.origin().equals("fine_tuned"));
              });
    } finally {
      registry.stop(0);
    }
  }

  private HeadwaterConfig config(String bootstrap, int registryPort) {
    Map<String, Object> values = new HashMap<>();
    values.put("kafka.bootstrap", bootstrap);
    values.put("kafka.partitions", 2);
    values.put("ingest.registry.url", "http://127.0.0.1:" + registryPort);
    values.put("state-directory", folder.resolve("state").toString());
    values.put("bundle-directory", folder.resolve("bundles").toString());
    values.put("store.admin-port", 0);
    values.put("serving.host", "127.0.0.1");
    values.put("serving.port", 0);
    return HeadwaterConfig.load(SETTINGS, values);
  }

  private static void topics(KafkaSettings kafka) throws Exception {
    try (Admin admin = Admin.create(kafka.common())) {
      admin
          .createTopics(
              List.of(
                  new NewTopic("web.clicks", Optional.of(3), Optional.empty()),
                  new NewTopic("shop.public.products", Optional.of(1), Optional.empty())))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
  }

  private static HttpServer registry() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/schemas/ids/" + SCHEMA_ID,
        exchange -> {
          ObjectNode answer = new ObjectMapper().createObjectNode();
          byte[] body = answer.put("schema", CLICK.toString()).toString().getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static ProducerRecord<byte[], byte[]> change(Item item) {
    ObjectMapper json = new ObjectMapper();
    ObjectNode change = json.createObjectNode().put("op", "r").putNull("before");
    change
        .putObject("after")
        .put("sku", item.id())
        .put("name", item.title())
        .put("brand", item.brand())
        .put("breadcrumb", String.join(" > ", item.categories()))
        .put("active", true);
    String key = json.createObjectNode().put("sku", item.id()).toString();
    return new ProducerRecord<>(
        "shop.public.products", key.getBytes(UTF_8), change.toString().getBytes(UTF_8));
  }

  private static ProducerRecord<byte[], byte[]> click(Interaction click, String action)
      throws IOException {
    GenericRecord customer = new GenericData.Record(CLICK.getField("customer").schema());
    customer.put("id", click.user());
    GenericRecord product = new GenericData.Record(CLICK.getField("product").schema());
    product.put("sku", click.item());
    GenericRecord record = new GenericData.Record(CLICK);
    record.put("id", click.eventId());
    record.put("customer", customer);
    record.put("product", product);
    record.put("action", action);
    record.put("at", click.timestampMs());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(ByteBuffer.allocate(5).put((byte) 0).putInt(SCHEMA_ID).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(CLICK).write(record, encoder);
    encoder.flush();
    return new ProducerRecord<>("web.clicks", click.user().getBytes(UTF_8), out.toByteArray());
  }
}
