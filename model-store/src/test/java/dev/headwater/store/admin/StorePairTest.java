package dev.headwater.store.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.headwater.access.Outgoing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StorePairTest {
  private HttpServer first;
  private HttpServer second;
  private volatile String firstSays = "";
  private volatile String secondSays = "";

  @BeforeEach
  void start() throws IOException {
    first = server(() -> firstSays);
    second = server(() -> secondSays);
  }

  @AfterEach
  void stop() {
    first.stop(0);
    second.stop(0);
  }

  private interface Says {
    String now();
  }

  private static HttpServer server(Says says) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v1/health",
        exchange -> {
          byte[] body = says.now().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static URI at(HttpServer server) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private static String health(String status, String role) {
    return "{\"status\":\"%s\",\"role\":\"%s\"}".formatted(status, role);
  }

  private StorePair pair() {
    return new StorePair(at(first), at(second), Outgoing.NONE, Duration.ofMinutes(1));
  }

  @Test
  void callsGoToTheOneThatAnnounces() {
    firstSays = health("up", "standby");
    secondSays = health("up", "primary");
    assertThat(pair().find().join()).isEqualTo(at(second));
    firstSays = health("up", "primary");
    secondSays = health("down", "fenced");
    assertThat(pair().find().join()).isEqualTo(at(first));
  }

  @Test
  void withoutAPrimaryOneThatIsWellAnswers() {
    firstSays = health("down", "primary");
    secondSays = health("up", "standby");
    assertThat(pair().find().join()).isEqualTo(at(second));
  }

  /** It takes connections and says nothing, as a process that was stopped does. */
  @Test
  void oneThatHangsKeepsNobody() throws IOException {
    secondSays = health("up", "primary");
    try (ServerSocket hung = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      URI address = URI.create("http://127.0.0.1:" + hung.getLocalPort());
      StorePair pair = new StorePair(address, at(second), Outgoing.NONE, Duration.ofSeconds(5));
      assertThat(pair.find().join()).isEqualTo(at(second));
      assertThat(pair.healths().get(0).join().path("status").asText()).isEqualTo("no answer");
      assertThat(pair.healths().get(1).join().path("role").asText()).isEqualTo("primary");
    }
  }

  @Test
  void oneStoreIsNotAsked() {
    StorePair alone = new StorePair(at(first), null, Outgoing.NONE);
    first.stop(0);
    assertThat(alone.find().join()).isEqualTo(at(first));
  }
}
