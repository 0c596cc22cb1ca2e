package dev.headwater.bench.serving;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Once a second a new user takes an item, and every living node is asked for that user until its
 * answer knows of it. Users fall on all shards. Thread-safe.
 */
final class ShardProbes implements AutoCloseable {
  private static final long EVERY_MS = 1_000;
  private static final long LOOK_MS = 50;
  private static final long GIVE_UP_MS = 30_000;

  private final DividedNodes nodes;
  private final BenchTopics topics;
  private final List<Seen> seen = new ArrayList<>();
  private final Thread thread = new Thread(this::run, "shard-probes");
  private volatile boolean closed;

  /** When a user took an item and when the last living node knew, Unix milliseconds. */
  record Seen(long sentMs, long knownMs) {
    long staleMs() {
      return knownMs - sentMs;
    }
  }

  ShardProbes(DividedNodes nodes, BenchTopics topics) {
    this.nodes = nodes;
    this.topics = topics;
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    for (int number = 0; !closed; number++) {
      long sentMs = System.currentTimeMillis();
      topics.history("probe-" + number, new int[] {number % 500, 500 + number % 500}, id(number));
      topics.flush();
      for (DividedNodes.Node node : nodes.living()) {
        await(node, number, sentMs + GIVE_UP_MS);
      }
      synchronized (seen) {
        seen.add(new Seen(sentMs, System.currentTimeMillis()));
      }
      pause(sentMs + EVERY_MS - System.currentTimeMillis());
    }
  }

  private void await(DividedNodes.Node node, int number, long untilMs) {
    try (RawClient client = new RawClient(node.port())) {
      while (!closed && node.isUp() && System.currentTimeMillis() < untilMs) {
        String body = client.get(Customers.path("probe-" + number)).body();
        if (body.contains("\"event_id\":\"" + id(number) + "\"")) {
          return;
        }
        pause(LOOK_MS);
      }
    } catch (IOException e) {
      // It was killed meanwhile, or is: the others are asked.
    }
  }

  private static String id(int number) {
    return "probe/" + number;
  }

  private static void pause(long ms) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(Math.max(0, ms)));
  }

  /** Returns and forgets what was seen. */
  List<Seen> take() {
    synchronized (seen) {
      List<Seen> taken = List.copyOf(seen);
      seen.clear();
      return taken;
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(TimeUnit.SECONDS.toMillis(15));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
