package dev.headwater.platform.lag;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.client.Credentials;
import dev.headwater.client.HeadwaterException;
import dev.headwater.client.NodeClient;
import dev.headwater.client.Retries;
import dev.headwater.client.Timeouts;
import dev.headwater.client.answers.AnswerJson;
import dev.headwater.client.answers.LagReport;
import dev.headwater.client.answers.LagReport.HopReading;
import dev.headwater.events.DomainNames;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.report.Await;
import dev.headwater.platform.report.VerbException;
import dev.headwater.serving.lag.HeartbeatConfig;
import dev.headwater.serving.lag.LagWatch;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A serving node's readings while one answers, else those of heartbeats that it sends itself. */
public final class LagSource implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final JsonMapper JSON = AnswerJson.writer(new JsonFactory()).build();

  private final HeadwaterConfig config;
  private final @Nullable NodeClient node;
  private @Nullable LagWatch watch;

  private LagSource(HeadwaterConfig config, @Nullable NodeClient node) {
    this.config = config;
    this.node = node;
  }

  /**
   * Opens one.
   *
   * @param config reaches Kafka
   * @param node a serving node's address, null to ask none
   * @param credentials what the node is shown, and whom to trust
   */
  public static LagSource open(
      HeadwaterConfig config, @Nullable URI node, Credentials credentials) {
    return new LagSource(
        config,
        node == null
            ? null
            : NodeClient.at(node).with(Retries.NONE).with(Timeouts.of(PATIENCE)).with(credentials));
  }

  /** Returns readings as JSON, as a serving node gives them. */
  public static ObjectNode toJson(LagReport report) {
    return JSON.valueToTree(report);
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
    if (judged) {
      // What is not judged by then is reported as such.
      var unused = Await.within(Duration.ofMillis(own.judgedWithinMs()), own::isJudged);
    }
    return node == null || asked != null ? own.report() : withoutServing(own.report());
  }

  private LagWatch watch() {
    LagWatch known = watch;
    if (known == null) {
      TopicAdmin.requireBroker(config.kafka());
      Set<String> domains = Set.copyOf(DomainNames.of(config.domains()).named());
      if (domains.isEmpty()) {
        throw new VerbException(
            "no serving node tells of any lag, and heartbeats can be sent to named domains alone:"
                + " domains has patterns or nothing. Ask a node that answers, by --url URL"
                + " (not_found)");
      }
      HeartbeatConfig heartbeats = config.serving().heartbeats();
      known =
          new LagWatch(
              config.kafka(),
              domains,
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

  /** Returns what the node says, or null when none answers there: then Kafka is asked. */
  private static @Nullable LagReport ask(NodeClient node) {
    try {
      return node.lag();
    } catch (HeadwaterException e) {
      if (e.status() == 401 || e.status() == 403) {
        throw new VerbException(
            "the serving node wants a key with role read: set HEADWATER_API_KEY or --key-file");
      }
      return null;
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
