package dev.headwater.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headwater.access.KeyLine;
import dev.headwater.access.Outgoing;
import dev.headwater.access.Principal;
import dev.headwater.access.Role;
import dev.headwater.access.Secrets;
import dev.headwater.broker.BrokerSecurity;
import dev.headwater.broker.Certificate;
import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.broker.FreePorts;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.idp.data.DomainData;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.load.EventPublisher;
import dev.headwater.platform.parts.Platform;
import dev.headwater.store.admin.StoreClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every part on a broker that wants passwords over encrypted connections, both HTTP servers with
 * keys and certificates; and none of the secrets in any log, answer or metric.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecuredPlatformIT {
  private static final String DOMAIN = "demo";
  private static final String PASSWORD = "canary-of-kafka-5f1c";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir static Path directory;

  private final Map<String, String> keys = new LinkedHashMap<>();
  private final Map<String, HttpClient> clients = new HashMap<>();
  private final StringWriter printed = new StringWriter();
  private LogCapture log;
  private Certificate certificate;
  private HeadwaterConfig config;
  private Platform platform;
  private List<CatalogItem> catalog;

  @BeforeAll
  void startEverything() throws Exception {
    log = new LogCapture();
    certificate = Certificate.create(directory, "headwater", "EC");
    List<DomainData> market = SmallMarket.generate();
    Path bundle = SmallMarket.bundle(market.get(0), directory.resolve("bundle"));
    BrokerSecurity security =
        BrokerSecurity.encrypted(
            certificate, Map.of(BrokerSecurity.ADMIN, "admins-own", "headwater", PASSWORD));
    EmbeddedBroker broker = EmbeddedBroker.start(security);
    config = HeadwaterConfig.load(file(broker, security), Map.of());
    printed.write(config.render());
    printed.write(config.kafka().toString());
    printed.write(config.serving().toString());
    printed.write(config.store().toString());
    platform = Platform.start(config, broker, DOMAIN, bundle);
    catalog =
        market.get(1).items().stream()
            .map(i -> CatalogItem.of(DOMAIN, i.id(), i.title(), i.brand(), i.categories()))
            .limit(12)
            .toList();
  }

  @AfterAll
  void stopEverything() {
    if (platform != null) {
      platform.close();
    }
    log.close();
  }

  private Path file(EmbeddedBroker broker, BrokerSecurity security) throws IOException {
    String lines =
        List.of("reader", "merchant", "ops", "node").stream()
            .map(this::keyLine)
            .collect(Collectors.joining("\n"));
    Files.writeString(directory.resolve("keys"), lines);
    Files.writeString(directory.resolve("node.key"), String.valueOf(keys.get("node")));
    int storePort = FreePorts.next();
    String tls =
        "{ certificate = \"%s\", key = \"%s\" }"
            .formatted(certificate.certificatePem(), certificate.keyPem());
    String client =
        security.client("headwater", PASSWORD).entrySet().stream()
            .map(each -> "\"" + each.getKey() + "\" = " + JSON.valueToTree(each.getValue()))
            .collect(Collectors.joining("\n  "));
    return Files.writeString(
        directory.resolve("headwater.conf"),
        String.join(
            "\n",
            "domains = [\"" + DOMAIN + "\"]",
            "state-directory = \"" + directory.resolve("state") + "\"",
            "bundle-directory = \"" + directory.resolve("bundles") + "\"",
            "kafka { bootstrap = \"" + broker.bootstrap() + "\", partitions = 2, client {",
            "  " + client,
            "} }",
            "access.key-file = \"" + directory.resolve("keys") + "\"",
            "flink.checkpoint-interval = \"1 s\"",
            "fine-tune.shards = 3", // more than the cluster in this process once had slots for
            "store { seal-interval = \"1 s\", admin-port = " + storePort + ", tls " + tls + " }",
            "serving { host = \"127.0.0.1\", port = 0, tls " + tls,
            "  store-admin = \"https://127.0.0.1:" + storePort + "\"",
            "  store-key-file = \"" + directory.resolve("node.key") + "\"",
            "  store-authorities = \"" + certificate.certificatePem() + "\"",
            "}"));
  }

  private String keyLine(String name) {
    keys.put(name, Secrets.newKey(new SecureRandom()));
    Role role =
        name.equals("reader") ? Role.READ : name.equals("merchant") ? Role.MERCHANT : Role.OPERATOR;
    Principal principal = new Principal(name, role, Set.of("*"), null, name.equals("node"));
    return new KeyLine(principal, Secrets.sha256(String.valueOf(keys.get(name)))).format();
  }

  private JsonNode call(String name, String method, String path, String body) throws Exception {
    Outgoing caller =
        Outgoing.withKey(certificate.certificatePem(), String.valueOf(keys.get(name)));
    HttpRequest request =
        caller
            .request(URI.create("https://127.0.0.1:" + platform.serving().port() + path))
            .header("content-type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> got =
        clients
            .computeIfAbsent(name, one -> caller.client(Duration.ofSeconds(60)).build())
            .send(request, HttpResponse.BodyHandlers.ofString());
    printed.write(got.body());
    return got.headers().firstValue("content-type").orElse("").contains("json")
        ? JSON.readTree(got.body())
        : JSON.createObjectNode();
  }

  private static String domain(String rest) {
    return "/v1/domains/" + DOMAIN + rest;
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(50));
  }

  @Test
  void anEventPassesThroughEveryPartAndNoSecretComesOut() throws Exception {
    itemsBecomeVisibleAndAClickIsLearned();
    operatorsAreNamedByTheirKeys();
    theConfigurationIsMasked();
    String metrics = "/metrics";
    call("reader", "GET", metrics, "");
    call("stranger", "GET", metrics, "");
    aWrongPasswordIsAClearError();
    String all = printed + log.text();
    List<String> secrets = new ArrayList<>(keys.values());
    secrets.addAll(List.of(PASSWORD, "admins-own", "canary-of-nobody"));
    secrets.remove("null");
    assertThat(log.text()).contains("headwater.audit");
    assertThat(secrets).hasSizeGreaterThan(5).allSatisfy(it -> assertThat(all).doesNotContain(it));
    Files.readAllLines(directory.resolve("keys"))
        .forEach(line -> assertThat(all).doesNotContain(line.replaceAll(".*sha256:", "")));
  }

  private void itemsBecomeVisibleAndAClickIsLearned() throws Exception {
    try (EventPublisher publisher = new EventPublisher(config.kafka())) {
      catalog.forEach(publisher::publish);
      publisher.flush();
    }
    for (CatalogItem item : catalog) {
      String status = domain("/items/" + item.item() + "/status");
      eventually()
          .until(() -> "visible".equals(call("reader", "GET", status, "").path("state").asText()));
    }
    String first = catalog.get(0).item();
    String second = catalog.get(1).item();
    long now = System.currentTimeMillis();
    for (Interaction click :
        List.of(
            Interaction.click("e1", DOMAIN, "ann", first, now - 2000),
            Interaction.click("e2", DOMAIN, "ann", second, now - 1000))) {
      String json = new String(click.toJson(), java.nio.charset.StandardCharsets.UTF_8);
      assertThat(call("merchant", "POST", domain("/events"), json).path("offset").isMissingNode())
          .isFalse();
    }
    eventually()
        .until(
            () ->
                "e2"
                    .equals(
                        call("reader", "GET", domain("/users/ann/recommendations"), "")
                            .at("/based_on/event_id")
                            .asText()));
    eventually()
        .until(
            () ->
                call("reader", "GET", domain("/items/" + second + "/status"), "")
                        .at("/row/newest_event_time_ms")
                        .asLong()
                    > 0);
  }

  private void operatorsAreNamedByTheirKeys() throws Exception {
    String item = catalog.get(2).item();
    call(
        "ops",
        "POST",
        domain("/deny"),
        "{\"items\":[\"" + item + "\"],\"why\":\"recall\",\"who\":\"somebody else\"}");
    assertThat(call("reader", "GET", domain("/denied"), "").findValuesAsText("who"))
        .containsExactly("ops");
    eventually()
        .until(
            () ->
                call("reader", "GET", domain("/versions"), "")
                        .at("/announced/announced_version")
                        .asLong()
                    > 0);
    long version =
        call("reader", "GET", domain("/versions"), "").at("/announced/announced_version").asLong();
    String body = "{\"version\":%d,\"why\":\"a sale\"}".formatted(version);
    assertThat(call("merchant", "POST", domain("/pin"), body).path("code").asText())
        .isEqualTo("forbidden");
    assertThat(call("ops", "POST", domain("/pin"), body).path("pinned").asBoolean()).isTrue();
    StoreClient store =
        new StoreClient(
            URI.create("https://127.0.0.1:" + platform.store().adminPort()),
            Outgoing.withKey(certificate.certificatePem(), String.valueOf(keys.get("ops"))));
    assertThat(store.audit().findValuesAsText("who")).contains("ops via node");
  }

  private void theConfigurationIsMasked() throws Exception {
    JsonNode shown = call("ops", "GET", "/v1/config", "").path("config");
    assertThat(shown.path("kafka.client.\"sasl.jaas.config\"").asText()).isEqualTo("***");
    assertThat(shown.path("kafka.client.\"security.protocol\"").asText()).contains("SASL_SSL");
    assertThat(call("reader", "GET", "/v1/config", "").path("code").asText())
        .isEqualTo("forbidden");
  }

  private void aWrongPasswordIsAClearError() throws IOException {
    Path wrong = directory.resolve("wrong.conf");
    String good = Files.readString(directory.resolve("headwater.conf"));
    Files.writeString(wrong, good.replace(PASSWORD, "canary-of-nobody"));
    for (String verb : List.of("ingest", "store", "serve", "job cold-start", "topics check")) {
      List<String> words = new ArrayList<>(List.of(verb.split(" ", -1)));
      words.addAll(List.of("--config", wrong.toString()));
      StringWriter errors = new StringWriter();
      int exit =
          Main.commandLine()
              .setErr(new PrintWriter(errors, true))
              .execute(words.toArray(String[]::new));
      assertThat(exit).as(verb).isEqualTo(1);
      assertThat(errors.toString()).contains("refuses this user or password");
      printed.write(errors.toString());
    }
  }
}
