package dev.headwater.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.headwater.access.AccessConfig;
import dev.headwater.access.KeyLine;
import dev.headwater.access.Outgoing;
import dev.headwater.access.Principal;
import dev.headwater.access.Rates;
import dev.headwater.access.Role;
import dev.headwater.access.Secrets;
import dev.headwater.access.TlsFiles;
import dev.headwater.broker.Certificate;
import dev.headwater.client.Credentials;
import dev.headwater.client.HeadwaterClient;
import dev.headwater.client.HeadwaterException;
import dev.headwater.client.Retries;
import dev.headwater.client.Wish;
import dev.headwater.serving.config.Protection;
import dev.headwater.serving.config.ServingLimits;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node with a certificate, called with HTTPS; its files are exchanged while it runs. */
class HttpsTest {
  private static final Duration SOON = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Retries ONCE = new Retries(1, Duration.ZERO, Duration.ZERO);

  @TempDir Path folder;
  private final String key = Secrets.newKey(new SecureRandom());
  private Certificate first;
  private Certificate second;
  private TestNode node;

  @BeforeEach
  void start() throws Exception {
    first = Certificate.create(folder, "first", "EC");
    second = Certificate.create(folder, "second", "RSA");
    install(first);
    Principal reader = new Principal("ann", Role.READ, Set.of("shop"), null, false);
    String line = new KeyLine(reader, Secrets.sha256(key)).format();
    node =
        new TestNode(
            ServingLimits.defaults(),
            new Protection(
                new AccessConfig(List.of(line), null, null, SOON),
                new TlsFiles(folder.resolve("tls.pem"), folder.resolve("tls.key"), SOON),
                Rates.ANY,
                Map.of(),
                Outgoing.NONE,
                Map.of()));
    node.row("a", 1, 0);
    node.row("b", 0, 1);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private void install(Certificate certificate) throws IOException {
    copy(certificate.certificatePem(), "tls.pem");
    copy(certificate.keyPem(), "tls.key");
  }

  private void copy(Path from, String name) throws IOException {
    Files.copy(from, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  private URI address() {
    return URI.create("https://127.0.0.1:" + node.port());
  }

  /** A new client, so a new handshake: returns whom the node says it is. */
  private String subject(Path trusted) throws Exception {
    HttpResponse<String> got =
        Outgoing.of(trusted, null)
            .client(PATIENCE)
            .build()
            .send(
                Outgoing.NONE.request(address().resolve("/health")).build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(got.statusCode()).isEqualTo(200);
    X509Certificate shown =
        (X509Certificate) got.sslSession().orElseThrow().getPeerCertificates()[0];
    assertThat(got.sslSession().orElseThrow().getProtocol()).isIn("TLSv1.2", "TLSv1.3");
    return shown.getSubjectX500Principal().getName();
  }

  @Test
  void theNextConnectionMeetsAnExchangedCertificateAndOpenOnesStay() throws Exception {
    HttpClient open = Outgoing.of(first.certificatePem(), null).client(PATIENCE).build();
    assertThat(health(open)).isEqualTo(200);
    assertThat(subject(first.certificatePem())).isEqualTo("CN=first");
    assertThat(node.registry.get("headwater.serving.certificate.remaining.seconds").gauge().value())
        .isBetween(24 * 3600.0, 2 * 24 * 3600.0);
    install(second);
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(subject(second.certificatePem())).isEqualTo("CN=second"));
    assertThat(health(open)).as("a connection from before").isEqualTo(200);
    assertThatThrownBy(() -> subject(first.certificatePem())).isInstanceOf(IOException.class);
    Files.writeString(folder.resolve("tls.pem"), "broken");
    install(first);
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(subject(first.certificatePem())).isEqualTo("CN=first"));
  }

  private int health(HttpClient client) throws Exception {
    return client
        .send(
            Outgoing.NONE.request(address().resolve("/health")).build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  @Test
  void oldProtocolsAndPlainHttpAreRefused() {
    SSLParameters old = new SSLParameters();
    old.setProtocols(new String[] {"TLSv1.1"});
    HttpClient client =
        Outgoing.of(first.certificatePem(), null).client(PATIENCE).sslParameters(old).build();
    assertThatThrownBy(() -> health(client)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> node.get("/health")).hasCauseInstanceOf(IOException.class);
  }

  @Test
  void theClientBringsItsKeyAndWhomItTrusts() throws IOException {
    Path keyFile = Files.writeString(folder.resolve("api.key"), key + "\n");
    Credentials good = Credentials.fromFile(keyFile).trusting(first.certificatePem());
    HeadwaterClient shop = HeadwaterClient.of(address(), "shop", ONCE, good);
    assertThat(shop.forHistory(List.of("a"), Wish.of(1)).items()).hasSize(1);
    assertThat(status("shop", Credentials.NONE.trusting(first.certificatePem()))).isEqualTo(401);
    assertThat(status("empty", good)).isEqualTo(404);
    assertThat(status("shop", good.trusting(second.certificatePem())))
        .isEqualTo(HeadwaterException.NO_ANSWER);
    assertThat(good.toString()).doesNotContain(key);
    Files.writeString(keyFile, "hw_other");
    assertThat(status("shop", good)).as("the key is read with each call").isEqualTo(401);
  }

  private int status(String domain, Credentials credentials) {
    HeadwaterClient client = HeadwaterClient.of(address(), domain, ONCE, credentials);
    try {
      client.similar("a", Wish.of(1));
      return 200;
    } catch (HeadwaterException e) {
      return e.status();
    }
  }
}
