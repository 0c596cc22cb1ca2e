package dev.headwater.bench.jobs;

import dev.headwater.client.HeadwaterException;
import dev.headwater.client.NodeClient;
import dev.headwater.client.Retries;
import dev.headwater.client.Wish;
import dev.headwater.client.answers.Recommendations;
import dev.headwater.idp.data.DomainData;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.parts.Metrics;
import dev.headwater.serving.ServingService;
import dev.headwater.store.StoreService;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** A store and a serving node beside the jobs of a benchmark: what is learned is asked for. */
public final class StoreAndServing implements AutoCloseable {
  private static final int ROUNDS = 5;
  private static final int COUNT = 10;
  private static final int HISTORY = 3;

  private final StoreService store;
  private final ServingService serving;
  private @Nullable String refusal;

  /**
   * What came of asking each domain.
   *
   * @param answered domains that answered with items
   * @param learned of them, those whose answer names a version of the store
   * @param p50Ms of an answer, one at a time
   * @param p99Ms the same
   * @param refusal why the last that did not answer did not; null when all did
   */
  public record Answered(
      int answered, int learned, double p50Ms, double p99Ms, @Nullable String refusal) {}

  StoreAndServing(HeadwaterConfig config) throws InterruptedException {
    PrometheusMeterRegistry registry = Metrics.registry();
    store = StoreService.start(config.kafka(), config.store(), registry, Clock.systemUTC());
    URI admin = URI.create("http://127.0.0.1:" + store.adminPort());
    serving =
        ServingService.start(
            config.serving().warmedUp(Duration.ZERO).forwardingTo(admin), config.kafka(), registry);
  }

  /** Asks each domain some times for what follows the first items of the data. */
  Answered ask(List<String> domains, DomainData data) {
    NodeClient node =
        NodeClient.at(URI.create("http://127.0.0.1:" + serving.port())).with(Retries.NONE);
    List<String> history = data.items().stream().limit(HISTORY).map(item -> item.id()).toList();
    Histogram micros = new Histogram(3);
    int answered = 0;
    int learned = 0;
    for (int round = 0; round < ROUNDS; round++) {
      answered = 0;
      learned = 0;
      refusal = null;
      for (String domain : domains) {
        long start = System.nanoTime();
        Recommendations answer = ask(node, domain, history);
        micros.recordValue((System.nanoTime() - start) / 1_000);
        if (answer != null && !answer.items().isEmpty()) {
          answered++;
          learned += answer.versions().table() > 0 ? 1 : 0;
        }
      }
    }
    return new Answered(
        answered,
        learned,
        micros.getValueAtPercentile(50) / 1e3,
        micros.getValueAtPercentile(99) / 1e3,
        refusal);
  }

  private @Nullable Recommendations ask(NodeClient node, String domain, List<String> history) {
    try {
      return node.shop(domain).forHistory(history, Wish.of(COUNT));
    } catch (HeadwaterException e) {
      refusal = domain + ": " + e.getMessage();
      return null; // counted as a domain that does not answer
    }
  }

  @Override
  public void close() {
    serving.close();
    store.close();
  }
}
