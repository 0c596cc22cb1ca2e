package dev.headwater.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs of operators find the store of a running demo. */
class StoreOfADemoTest {
  @TempDir private Path home;
  private String before;

  @BeforeEach
  void setHome() {
    before = System.setProperty("headwater.home", home.toString());
  }

  @AfterEach
  void restoreHome() {
    if (before == null) {
      System.clearProperty("headwater.home");
    } else {
      System.setProperty("headwater.home", before);
    }
  }

  @Test
  void aVerbAsksTheStoreOfTheRunningDemo() throws IOException {
    HttpServer store =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    store.createContext(
        "/v1/versions",
        exchange -> {
          byte[] answer = "{\"versions\":[]}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    store.start();
    // Nobody listens at the configured port: it is the demo's port that must be found.
    Path config = Files.writeString(home.resolve("own.conf"), "store.admin-port = 1\n");
    Path demo = Files.createDirectories(home.resolve("var/demo"));
    Files.writeString(demo.resolve("store.port"), store.getAddress().getPort() + "\n");
    try {
      assertThat(versions(config)).isZero();
    } finally {
      store.stop(0);
    }
    assertThat(versions(config)).isNotZero();
  }

  private static int versions(Path config) {
    return Main.commandLine().execute("versions", "--config", config.toString());
  }
}
