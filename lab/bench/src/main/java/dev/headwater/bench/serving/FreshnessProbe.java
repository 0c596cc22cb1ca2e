package dev.headwater.bench.serving;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.platform.report.JsonReport;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Clicks and new items during the load: how long until an answer knows them, asked over HTTP about
 * every two milliseconds.
 */
final class FreshnessProbe implements AutoCloseable {
  private static final long GIVE_UP_NS = 10_000_000_000L;
  private static final long EVERY_NS = 150_000_000L;

  private final int port;
  private final BenchTopics topics;
  private final BenchData data;
  private final int items;
  private final Histogram clicks = new Histogram(3);
  private final Histogram newItems = new Histogram(3);
  private volatile boolean counting;
  private final Thread thread = new Thread(this::run, "freshness");
  private int lost;
  private volatile boolean running = true;

  /** Whether an answer is the one waited for. */
  private interface Seen {
    boolean in(RawClient client) throws IOException;
  }

  FreshnessProbe(int port, BenchTopics topics, BenchData data, int items) {
    this.port = port;
    this.topics = topics;
    this.data = data;
    this.items = items;
  }

  /** Begins to ask; what it sees is thrown away until {@link #count()}. */
  void start() {
    thread.start();
  }

  /** From now on probes count: what they ask for first has been compiled by then. */
  void count() {
    counting = true;
  }

  private void run() {
    try (RawClient client = new RawClient(port)) {
      for (int i = 0; running; i++) {
        if (i % 2 == 0) {
          click(client, i);
        } else {
          item(client, i);
        }
        LockSupport.parkNanos(EVERY_NS);
      }
    } catch (IOException e) {
      lost++;
    }
  }

  private void click(RawClient client, int i) throws IOException {
    String user = "probe-" + i % 50;
    String event = "event-" + i;
    String path = "/v1/domains/bench/users/" + user + "/recommendations?count=10";
    long start = System.nanoTime();
    topics.history(user, data.history(i), event);
    await(client, start, c -> c.get(path).body().contains("\"" + event + "\""), clicks);
  }

  private void item(RawClient client, int i) throws IOException {
    int like = i * 7919 % items;
    String name = "new-" + i;
    float[] vector = data.vector(like, 0);
    for (int d = 0; d < vector.length; d++) {
      vector[d] *= 1.5f;
    }
    String path = "/v1/domains/bench/items/" + BenchData.item(like) + "/similar?count=100";
    long start = System.nanoTime();
    topics.cold(name, 1, vector);
    await(client, start, c -> Answers.items(c.get(path).body()).contains(name), newItems);
  }

  private void await(RawClient client, long start, Seen seen, Histogram micros) throws IOException {
    while (!seen.in(client)) {
      if (System.nanoTime() - start > GIVE_UP_NS) {
        lost += counting ? 1 : 0;
        return;
      }
      LockSupport.parkNanos(2_000_000);
    }
    if (counting) {
      micros.recordValue((System.nanoTime() - start) / 1_000);
    }
  }

  void writeTo(ObjectNode result) {
    result.set("click_to_answer_ms", JsonReport.latencyMs(clicks));
    result.set("item_to_answer_ms", JsonReport.latencyMs(newItems));
    result.put("probes_lost", lost);
  }

  /** Ends the probe under way and waits for it. */
  void stop() {
    running = false;
    try {
      thread.join(15_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stop();
  }
}
