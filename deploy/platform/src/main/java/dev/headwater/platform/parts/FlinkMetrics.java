package dev.headwater.platform.parts;

import dev.headwater.broker.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flink's own Prometheus reporter in this process, so that its figures stand on the same page as
 * ours. The reporter wants a port; nobody else need know it.
 *
 * @param port of the reporter
 */
public record FlinkMetrics(int port) implements Supplier<String> {
  private static final Logger LOG = LoggerFactory.getLogger(FlinkMetrics.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final HttpClient CLIENT = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

  /** Chooses a free port. */
  public static FlinkMetrics onFreePort() {
    return new FlinkMetrics(FreePorts.next());
  }

  /** Returns what Flink must be started with. */
  public Map<String, String> settings() {
    return Map.of(
        "metrics.reporter.prom.factory.class",
        "org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
        "metrics.reporter.prom.port",
        Integer.toString(port),
        "metrics.reporter.prom.filterLabelValueCharacters",
        "false");
  }

  /** Returns Flink's page, empty where it does not answer. */
  @Override
  public String get() {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
            .timeout(PATIENCE)
            .build();
    try {
      return CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      LOG.debug("no figures of Flink: {}", e.toString());
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
