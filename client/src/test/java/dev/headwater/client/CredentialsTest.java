package dev.headwater.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that are shown, and servers that are trusted or not. */
class CredentialsTest {
  private static final Retries ONCE =
      new Retries(1, Retries.DEFAULT.firstWait(), Retries.DEFAULT.longestWait());
  private static final String PASSWORD = "changeit";

  @TempDir private Path folder;
  private final ScriptedServer server;

  CredentialsTest() throws IOException {
    server = new ScriptedServer();
    server.thenAnswer(200, ScriptedServer.ANSWER);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HeadwaterClient shop(Credentials credentials) {
    return HeadwaterClient.of(server.address(), "shop", ONCE, credentials);
  }

  @Test
  void aKeyFileThatCannotBeReadIsSaidBeforeAnythingIsSent() {
    Credentials missing = Credentials.fromFile(folder.resolve("none"));
    assertThatThrownBy(() -> shop(missing).forUser("ann", Wish.of(1)))
        .isInstanceOf(HeadwaterException.class)
        .hasMessageContaining("cannot be read");
    assertThat(server.asked).isEmpty();
  }

  @Test
  void certificatesThatAreNoneAreRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("ca.pem"), "no certificate");
    assertThatThrownBy(() -> Credentials.NONE.trusting(text))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Credentials.NONE.trusting(folder.resolve("none")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none");
  }

  @Test
  void aKeyOfTheFileIsReadForEachCall() throws IOException {
    Path file = Files.writeString(folder.resolve("key"), "first\n");
    HeadwaterClient shop = shop(Credentials.fromFile(file));
    shop.forUser("ann", Wish.of(1));
    Files.writeString(file, "second");
    shop.forUser("ann", Wish.of(1));
    assertThat(server.asked)
        .extracting(ScriptedServer.Asked::key)
        .containsExactly("Bearer first", "Bearer second");
  }

  @Test
  void aKeyFileThatHoldsMoreThanAKeyIsRefusedWithoutShowingIt() throws IOException {
    for (String text : new String[] {"", "\n", "secret\nsecret", "secret one", "secr\u00e9t"}) {
      Path file = Files.writeString(folder.resolve("key"), text);
      assertThatThrownBy(() -> shop(Credentials.fromFile(file)).forUser("ann", Wish.of(1)))
          .as("'%s'", text)
          .isInstanceOf(HeadwaterException.class)
          .hasMessageNotContaining("secr")
          .hasNoCause();
    }
    assertThat(server.asked).isEmpty();
  }

  @Test
  void noKeyIsShownWhereThereIsNone() {
    shop(Credentials.NONE).forUser("ann", Wish.of(1));
    assertThat(server.asked.get(0).key()).isNull();
  }

  @Test
  void neverPrintsTheKey() {
    assertThat(Credentials.of(() -> "secret")).asString().doesNotContain("secret").contains("***");
    assertThat(Credentials.NONE).asString().contains("none");
  }

  @Test
  void talksOverTlsToWhomItTrustsOnly() throws Exception {
    Path store = folder.resolve("server.p12");
    Path pem = folder.resolve("server.pem");
    keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=localhost", "-ext", "san=ip:127.0.0.1");
    keytool("-exportcert", "-rfc", "-file", pem.toString());
    HttpsServer https = HttpsServer.create(new InetSocketAddress(loopback(), 0), 0);
    https.setHttpsConfigurator(new HttpsConfigurator(identity(store)));
    https.createContext(
        "/",
        exchange -> {
          ScriptedServer.write(exchange, 200, "{\"status\":\"up\"}");
          // From Java 25 on nothing is sent before.
          exchange.close();
        });
    https.start();
    try {
      NodeClient node =
          NodeClient.at(URI.create("https://127.0.0.1:" + https.getAddress().getPort())).with(ONCE);
      HeadwaterException stranger = catchThrowableOfType(HeadwaterException.class, node::health);
      assertThat(stranger.getCause()).isInstanceOf(IOException.class);
      NodeClient trusting = node.with(Credentials.NONE.trusting(pem));
      assertThat(trusting.health().status()).isEqualTo("up");
    } finally {
      https.stop(0);
    }
  }

  private static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }

  private void keytool(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-alias", "server", "-storepass", PASSWORD, "-storetype", "PKCS12"));
    command.addAll(List.of("-keystore", folder.resolve("server.p12").toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private static SSLContext identity(Path store) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }
}
