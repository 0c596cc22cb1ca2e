package dev.headwater.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.headwater.broker.Certificate;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutgoingTest {
  private static final URI ANYWHERE = URI.create("http://127.0.0.1:1/");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path folder;
  private final Certificate first = SharedCertificates.RSA;
  private final Certificate second = SharedCertificates.EC;

  private static HttpsServer server(ServerIdentity identity) throws Exception {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(identity.context()));
    server.createContext(
        "/",
        exchange -> {
          String shown = exchange.getRequestHeaders().getFirst("Authorization");
          byte[] answer = (shown == null ? "nobody" : shown).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static String ask(Outgoing outgoing, HttpsServer server) throws Exception {
    URI address = URI.create("https://127.0.0.1:" + server.getAddress().getPort() + "/");
    HttpClient client = outgoing.client(PATIENCE).build();
    return client
        .send(outgoing.request(address).timeout(PATIENCE).build(), BodyHandlers.ofString())
        .body();
  }

  private void install(Certificate certificate, TlsFiles files) throws Exception {
    Files.copy(
        certificate.certificatePem(), files.certificate(), StandardCopyOption.REPLACE_EXISTING);
    Files.copy(certificate.keyPem(), files.key(), StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void aServerIsTrustedByItsAuthorityAloneAndNewConnectionsSeeItsNewCertificate() throws Exception {
    TlsFiles files =
        new TlsFiles(folder.resolve("tls.pem"), folder.resolve("tls.key"), Duration.ofMillis(10));
    install(first, files);
    Outgoing trustsFirst = Outgoing.withKey(first.certificatePem(), "k1");
    Outgoing trustsSecond = Outgoing.of(second.certificatePem(), null);
    try (ServerIdentity identity = new ServerIdentity(files)) {
      HttpsServer server = server(identity);
      try {
        assertThat(ask(trustsFirst, server)).isEqualTo("Bearer k1");
        assertThatThrownBy(() -> ask(trustsSecond, server))
            .isInstanceOf(SSLHandshakeException.class);
        assertThatThrownBy(() -> ask(Outgoing.NONE, server))
            .isInstanceOf(SSLHandshakeException.class);
        install(second, files);
        await().until(() -> identity.current().key().getAlgorithm().equals("EC"));
        assertThat(ask(trustsSecond, server)).isEqualTo("nobody");
        assertThatThrownBy(() -> ask(trustsFirst, server))
            .isInstanceOf(SSLHandshakeException.class);
      } finally {
        server.stop(0);
      }
    }
  }

  private static String shown(Outgoing outgoing) {
    HttpRequest request = outgoing.request(ANYWHERE).build();
    return request.headers().firstValue("Authorization").orElse("nobody");
  }

  @Test
  void aChangedKeyFileCountsWithTheNextRequest() throws Exception {
    Path file = Files.writeString(folder.resolve("key"), "hw_one\n");
    Outgoing outgoing = Outgoing.of(null, file);
    assertThat(shown(outgoing)).isEqualTo("Bearer hw_one");
    Files.writeString(file, "  hw_two  ");
    assertThat(shown(outgoing)).isEqualTo("Bearer hw_two");
    Files.delete(file);
    assertThatThrownBy(() -> shown(outgoing))
        .isInstanceOf(AccessSetupException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void aKeyFileThatHoldsMoreThanAKeyOrNothingIsRefusedWithoutShowingIt() throws Exception {
    for (String text : new String[] {"", " \n", "hw_one\nhw_two\n", "hw_one hw_two", "hw_öne"}) {
      Path file = Files.writeString(folder.resolve("key"), text);
      assertThatThrownBy(() -> shown(Outgoing.of(null, file)))
          .as("'%s'", text)
          .isInstanceOf(AccessSetupException.class)
          .hasMessageContaining(file.toString())
          .hasMessageNotContaining("hw_");
    }
  }

  @Test
  void neitherTextNorErrorsShowAKey() {
    Outgoing outgoing = Outgoing.withKey(folder.resolve("none.pem"), "canary");
    assertThat(outgoing.toString()).doesNotContain("canary").contains("***", "none.pem");
    assertThat(Outgoing.NONE.toString()).doesNotContain("***");
    assertThatThrownBy(() -> outgoing.client(PATIENCE))
        .isInstanceOf(AccessSetupException.class)
        .hasMessageContaining("none.pem")
        .hasMessageNotContaining("canary");
  }
}
