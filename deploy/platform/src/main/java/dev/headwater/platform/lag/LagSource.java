package dev.headwater.platform.lag;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.client.answers.LagReport.HopReading;
import dev.headwater.client.answers.LagReport;
import dev.headwater.deploy.VerbException;
import dev.headwater.deploy.config.HeadwaterConfig;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.report.VerbException;
import dev.headwater.serving.lag.HeartbeatConfig;
import dev.headwater.serving.lag.LagWatch;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A serving node's readings while one answers, else those of heartbeats that it sends itself. */
public final class LagSource implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private final HeadwaterConfig config;
  private final @Nullable URI node;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private @Nullable LagWatch watch;

  private LagSource(HeadwaterConfig config, @Nullable URI node) {
    this.config = config;
    this.node = node;
  }

  /**
   * Opens one.
   *
   * @param config reaches Kafka
   * @param node a serving node's address, null to ask none
   */
  public static LagSource open(HeadwaterConfig config, @Nullable URI node) {
    return new LagSource(config, node);
  }

  /** Returns readings as JSON, as a serving node gives them. */
  public static ObjectNode toJson(LagReport report) {
    ObjectNode node = JSON.valueToTree(report);
    for (JsonNode hop : node.path("hops")) {
      if (hop.path("clock_skew_ms").isNull()) {
        ((ObjectNode) hop).remove("clock_skew_ms");
      }
    }
    return node;
  }

  /**
   * Returns the readings now.
   *
   * @param judged whether to wait until every hop is judged, where they have just begun
   */
  public LagReport report(boolean judged) throws InterruptedException {
    LagReport asked = node == null ? null : ask(node);
    if (asked != null && asked.intervalMs() > 0) {
      return asked;
    }
    LagWatch own = watch();
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(own.judgedWithinMs());
    while (judged && !own.isJudged() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return node == null || asked != null ? own.report() : withoutServing(own.report());
  }

  private LagWatch watch() {
    LagWatch known = watch;
    if (known == null) {
      TopicAdmin.requireBroker(config.kafka());
      HeartbeatConfig heartbeats = config.serving().heartbeats();
      known =
          new LagWatch(
              config.kafka(),
              config.domains(),
              heartbeats.isOn() ? heartbeats : heartbeats.every(Duration.ofSeconds(2)),
              Clock.systemUTC(),
              RandomGenerator.getDefault());
      watch = known;
    }
    return known;
  }

  /** No serving node answers: that hop has stopped, whatever the others do. */
  private static LagReport withoutServing(LagReport report) {
    List<HopReading> hops = new ArrayList<>();
    for (HopReading hop : report.hops()) {
      if (hop.hop().equals("end-to-end")) {
        hops.add(new HopReading(hop.domain(), hop.path(), "serving", "stopped", 0, 0, 0, 0, null));
      }
      hops.add(hop);
    }
    return new LagReport(report.node(), report.atMs(), report.intervalMs(), hops);
  }

  private @Nullable LagReport ask(URI address) throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address.resolve("/v1/lag")).timeout(PATIENCE);
    String key = System.getenv("HEADWATER_API_KEY");
    if (key != null && !key.isBlank()) {
      request.header("X-API-Key", key);
    }
    try {
      HttpResponse<byte[]> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() == 401 || response.statusCode() == 403) {
        throw new VerbException(
            "the serving node wants a key with role read: set HEADWATER_API_KEY");
      }
      return response.statusCode() == 200 ? JSON.readValue(response.body(), LagReport.class) : null;
    } catch (IOException e) {
      return null; // nobody answers there: then Kafka is asked
    }
  }

  @Override
  public void close() {
    LagWatch own = watch;
    if (own != null) {
      own.close();
    }
  }
}
