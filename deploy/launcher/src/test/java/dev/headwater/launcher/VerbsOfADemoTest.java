package dev.headwater.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.headwater.broker.EmbeddedBroker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The verbs of operators find the parts of a running demo; nobody listens where they look first.
 */
class VerbsOfADemoTest {
  @TempDir private Path home;
  private final StringWriter errors = new StringWriter();
  private final List<String> asked = new ArrayList<>();
  private HttpServer parts;
  private Path config;
  private Path demo;
  private String before;

  /** What a store says of itself. */
  private String health = "{\"status\":\"up\",\"role\":\"primary\"}";

  /** Whether the version that is asked for is what was written. */
  private boolean sound = true;

  @BeforeEach
  void setUp() throws IOException {
    before = System.setProperty("headwater.home", home.toString());
    // Nobody listens at the configured ports: it is the demo's that must be found.
    config =
        Files.writeString(home.resolve("own.conf"), "store.admin-port = 1, serving.port = 1\n");
    demo = Files.createDirectories(home.resolve("var/demo"));
    parts = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    parts.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          asked.add(path);
          byte[] answer = answer(path).getBytes(UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    parts.start();
  }

  @AfterEach
  void tearDown() {
    parts.stop(0);
    if (before == null) {
      System.clearProperty("headwater.home");
    } else {
      System.setProperty("headwater.home", before);
    }
  }

  private String answer(String path) {
    if (path.endsWith("/lag")) {
      return "{\"node\":\"n\",\"at_ms\":1,\"interval_ms\":2000,\"hops\":[]}";
    }
    if (path.endsWith("/verify")) {
      return "{\"ok\":" + sound + ",\"version\":44}";
    }
    if (path.endsWith("/health")) {
      return health;
    }
    return path.endsWith("/status")
        ? "{\"item\":\"i\",\"domain\":\"d\",\"state\":\"visible\"}"
        : "{\"versions\":[]}";
  }

  private void runs(String part) throws IOException {
    Files.writeString(demo.resolve(part + ".port"), parts.getAddress().getPort() + "\n");
  }

  @ParameterizedTest
  @CsvSource({
    "versions, store, /v1/versions",
    "store-health, store, /v1/health",
    "lag, serving, /v1/lag",
    "item-status d/i, serving, /v1/domains/d/items/i/status"
  })
  void aVerbAsksThePartOfTheRunningDemoAndSaysSo(String verb, String part, String path)
      throws IOException {
    runs(part);
    PrintStream standard = System.err;
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    System.setErr(new PrintStream(told, true, UTF_8));
    try {
      assertThat(run(verb)).as(errors.toString()).isZero();
    } finally {
      System.setErr(standard);
    }
    assertThat(asked).contains(path);
    assertThat(told.toString(UTF_8)).contains("this is the running demo's");
  }

  @ParameterizedTest
  @CsvSource({
    "versions, --store",
    "rollback 1 --why w, --store",
    "pin 1 --why w, --store",
    "item-status d/i, --url"
  })
  void aVerbThatFindsNoneSaysHowToNameOne(String verb, String flag) {
    assertThat(run(verb)).isEqualTo(1);
    assertThat(errors.toString())
        .contains("no demo runs here: name one by " + flag)
        .contains("(not_found)")
        .doesNotContain("stack trace");
  }

  /** A check by the exit status never noticed a broken table. */
  @Test
  void aVersionThatIsNotWhatWasWrittenIsAFailure() throws IOException {
    runs("store");
    assertThat(run("verify-table 44")).as(errors.toString()).isZero();
    sound = false;
    assertThat(run("verify-table 44")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"up, primary, 0", "down, primary, 1", "up, standby, 1", "up, fenced, 1"})
  void aStoreThatIsNotWellIsAFailure(String status, String role, int exit) throws IOException {
    runs("store");
    health = "{\"status\":\"%s\",\"role\":\"%s\"}".formatted(status, role);
    assertThat(run("store-health")).as(errors.toString()).isEqualTo(exit);
  }

  @Test
  void twoStoresThatAreBothDownAreAFailure() throws IOException {
    Files.writeString(
        config,
        "store { admin-port = 1, standby.peer = \"http://127.0.0.1:2\" }, serving.port = 1\n");
    assertThat(run("store-health")).as(errors.toString()).isEqualTo(1);
  }

  /** An empty table looked like nothing that is late. */
  @Test
  void whereNobodyCanTellOfAnyLagThatIsAFailure() throws IOException {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      Files.writeString(config, "domains = [\"shop-*\"], serving.port = 1\n");
      assertThat(run("lag --bootstrap " + broker.bootstrap())).isEqualTo(1);
    }
    assertThat(errors.toString()).contains("domains has patterns").contains("(not_found)");
  }

  /** What names an installation is never answered by a demo: not even where that is down. */
  @Test
  void aVerbThatWasToldOfABrokerDoesNotDeleteInADemo() throws IOException {
    runs("kafka");
    assertThat(run("delete-user d/u --wait 1 --bootstrap 127.0.0.1:1")).isEqualTo(1);
    assertThat(errors.toString()).contains("no Kafka broker answers at 127.0.0.1:1");
  }

  private int run(String verb) {
    List<String> words = new ArrayList<>(List.of(verb.split(" ", -1)));
    words.addAll(List.of("--config", config.toString()));
    return Main.commandLine()
        .setErr(new PrintWriter(errors, true))
        .execute(words.toArray(String[]::new));
  }
}
