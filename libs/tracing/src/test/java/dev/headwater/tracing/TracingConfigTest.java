package dev.headwater.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class TracingConfigTest {
  @Test
  void spansArriveByOtlpWithTheServiceTheyAreOf() throws Exception {
    Queue<String> received = new ConcurrentLinkedQueue<>();
    HttpServer collector =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    collector.createContext(
        "/v1/traces",
        exchange -> {
          received.add(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    URI endpoint =
        URI.create("http://127.0.0.1:" + collector.getAddress().getPort() + "/v1/traces");

    try (Tracing tracing = new TracingConfig(endpoint, 1).open("headwater-ingest")) {
      tracing.process(new RecordPlace("interactions", 0, 1, null), null).end();
    } finally {
      collector.stop(1);
    }

    assertThat(String.join("", received))
        .contains("headwater-ingest", "process interactions", "messaging.destination.name");
  }

  @Test
  void withoutAnEndpointNothingIsMade() {
    assertThat(TracingConfig.OFF.open("headwater-ingest")).isSameAs(Tracing.OFF);
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatThrownBy(() -> new TracingConfig(null, 1.5)).hasMessageContaining("sample-ratio");
    assertThatThrownBy(() -> new TracingConfig(null, Double.NaN)).hasMessageContaining("0 to 1");
    assertThatThrownBy(() -> new TracingConfig(URI.create("localhost:4317"), 0))
        .hasMessageContaining("http://");
  }
}
