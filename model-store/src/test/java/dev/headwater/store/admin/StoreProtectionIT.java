package dev.headwater.store.admin;

import static dev.headwater.store.cycle.EngineFixture.cold;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.access.AccessConfig;
import dev.headwater.access.KeyLine;
import dev.headwater.access.Outgoing;
import dev.headwater.access.Principal;
import dev.headwater.access.Role;
import dev.headwater.access.Secrets;
import dev.headwater.access.TlsFiles;
import dev.headwater.broker.Certificate;
import dev.headwater.store.cycle.EngineFixture;
import dev.headwater.store.cycle.InMemoryAnnouncementLog;
import dev.headwater.store.cycle.StoreEngine;
import dev.headwater.store.rocks.RocksConfig;
import dev.headwater.store.rocks.RocksEmbeddingStore;
import dev.headwater.store.snapshot.Snapshots;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoreException.Code;
import dev.headwater.tracing.Tracing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator's interface with keys and a certificate. */
class StoreProtectionIT {
  private static final Duration SOON = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  @TempDir Path directory;
  private final InMemoryAnnouncementLog log = new InMemoryAnnouncementLog();
  private Certificate certificate;
  private RocksEmbeddingStore store;
  private StoreEngine engine;
  private StoreServer server;
  private URI base;

  @BeforeEach
  void start() throws Exception {
    certificate = Certificate.create(directory, "first", "EC");
    install(certificate);
    store = new RocksEmbeddingStore(directory.resolve("tables"), RocksConfig.defaults());
    engine = EngineFixture.engine(store, log);
    Snapshots snapshots = new Snapshots(directory.resolve("snapshots"), 2, EngineFixture.CLOCK);
    server =
        new StoreServer(
            new StoreServer.Parts(
                engine,
                new LiveSnapshots(engine, snapshots, store::checkpoint),
                () -> null,
                new SimpleMeterRegistry(),
                Tracing.OFF),
            0,
            new AdminProtection(
                "127.0.0.1",
                new AccessConfig(keys(), null, null, SOON),
                new TlsFiles(directory.resolve("tls.pem"), directory.resolve("tls.key"), SOON)));
    base = URI.create("https://127.0.0.1:" + server.port());
    engine.announceModel("toys", "m1", "flat", "ann");
    engine.take(cold(0, "a", 1, 1, 1));
    engine.runCycle();
  }

  @AfterEach
  void stop() {
    server.close();
    engine.close();
    store.close();
  }

  private static List<String> keys() {
    return List.of(
        line("reader", Role.READ, "*", false),
        line("seller", Role.MERCHANT, "*", false),
        line("ops", Role.OPERATOR, "*", false),
        line("node", Role.OPERATOR, "*", true),
        line("toys-ops", Role.OPERATOR, "toys", false));
  }

  private static String line(String name, Role role, String domain, boolean speaks) {
    Principal principal = new Principal(name, role, Set.of(domain), null, speaks);
    return new KeyLine(principal, Secrets.sha256("key-of-" + name)).format();
  }

  private void install(Certificate installed) throws IOException {
    copy(installed.certificatePem(), "tls.pem");
    copy(installed.keyPem(), "tls.key");
  }

  private void copy(Path from, String name) throws IOException {
    Files.copy(from, directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  private Outgoing as(String name) {
    return Outgoing.withKey(certificate.certificatePem(), "key-of-" + name);
  }

  private StoreClient client(String name) {
    return new StoreClient(base, as(name));
  }

  private HttpResponse<String> send(Outgoing caller, String method, String path) throws Exception {
    HttpClient client = caller.client(PATIENCE).build();
    HttpRequest request =
        caller
            .request(base.resolve(path))
            .header("content-type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void theAuditNamesTheKeyAndNotWhatTheBodySays() throws Exception {
    long version = client("ops").versions().path("versions").get(0).path("version").asLong();
    client("ops").pin(version, "a sale", "somebody else");
    client("node").unpin("toys", "sale over", "bob");
    JsonNode audit = client("reader").audit().path("audit");
    assertThat(audit.findValuesAsText("who")).contains("ops", "bob via node").doesNotContain("bob");
  }

  @Test
  void aVersionOfAnotherDomainIsUnknown() throws Exception {
    StoreClient node = client("node");
    long version = node.versions().path("versions").get(0).path("version").asLong();
    assertThatThrownBy(() -> node.call(StoreCall.pin("books", version, "mine", "eve")))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo(Code.UNKNOWN_VERSION));
    assertThatThrownBy(() -> node.call(StoreCall.rollback("books", version, "mine", "eve")))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo(Code.UNKNOWN_VERSION));
    assertThat(node.call(StoreCall.pin("toys", version, "ours", "ann")).path("pinned").asBoolean())
        .isTrue();
  }

  @Test
  void snapshotsTravelOverEncryptedConnections() throws Exception {
    Path out = directory.resolve("fetched");
    assertThat(client("ops").snapshot(out).files()).isNotEmpty();
    assertThatThrownBy(() -> client("reader").snapshot(directory.resolve("other")))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo(Code.ACCESS_DENIED));
  }

  @Test
  void anExchangedCertificateIsShownToTheNextConnection() throws Exception {
    Certificate second = Certificate.create(directory, "second", "RSA");
    install(second);
    Outgoing trusting = Outgoing.withKey(second.certificatePem(), "key-of-reader");
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(
            () -> assertThat(send(trusting, "GET", "/v1/versions").statusCode()).isEqualTo(200));
    assertThatThrownBy(() -> client("reader").versions())
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo(Code.STORAGE_FAILED));
  }
}
