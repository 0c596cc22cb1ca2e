package dev.headwater.bench.serving;

import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** Changes rows at a steady rate; in churn one in ten removes an item or brings one back. */
final class BenchUpdates implements AutoCloseable {
  private static final long SETTLE_MS = 3_000;

  /** How long a removal may take to reach the answers, on a busy machine too. */
  private static final long REMOVED_NS = 5_000_000_000L;

  private final BenchTopics topics;
  private final BenchData data;
  private final BenchLists lists;
  private final int items;
  private final int rowsPerSecond;
  private final boolean churn;
  private final ConcurrentHashMap<String, Long> removedNs = new ConcurrentHashMap<>();
  private final Thread thread = new Thread(this::run, "updates");
  private volatile boolean running = true;
  private volatile long sent;

  BenchUpdates(BenchTopics topics, BenchData data, int items, int rowsPerSecond, boolean churn) {
    this.topics = topics;
    this.data = data;
    lists = new BenchLists(data, items);
    this.items = items;
    this.rowsPerSecond = rowsPerSecond;
    this.churn = churn;
  }

  void start() {
    if (rowsPerSecond > 0) {
      thread.start();
    }
  }

  private void run() {
    Random random = new Random(9);
    long start = System.nanoTime();
    long step = 1;
    while (running) {
      long due = (long) ((System.nanoTime() - start) / 1e9 * rowsPerSecond);
      for (; step <= due; step++) {
        one(random, step + 1); // the first rows are those of the fill
      }
      if (step / rowsPerSecond > sent / rowsPerSecond) {
        topics.weights(step); // once a second
      }
      sent = step;
      LockSupport.parkNanos(5_000_000);
    }
  }

  private void one(Random random, long step) {
    int item = random.nextInt(items);
    String name = BenchData.item(item);
    if (!churn || random.nextInt(10) > 0) {
      if (!removedNs.containsKey(name)) {
        topics.tuned(name, 1, step, data.vector(item, step), lists.counts(item, step));
      }
    } else if (removedNs.size() < items / 50 && random.nextBoolean()) {
      removedNs.put(name, System.nanoTime());
      topics.remove(name);
    } else {
      removedNs.keySet().stream()
          .findAny()
          .ifPresent(
              back -> {
                removedNs.remove(back);
                topics.cold(back, 1, data.vector(item, 0), lists.near(item));
              });
    }
  }

  long sent() {
    return sent;
  }

  boolean isRemoved(String item) {
    return removedNs.containsKey(item);
  }

  /** Tells whether an item was removed so long ago that no answer may hold it. */
  boolean isLongRemoved(String item) {
    Long since = removedNs.get(item);
    return since != null && System.nanoTime() - since > REMOVED_NS;
  }

  /** Stops and lets the last updates arrive. */
  void pause() throws InterruptedException {
    stop();
    topics.flush();
    Thread.sleep(SETTLE_MS);
  }

  private void stop() {
    running = false;
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stop();
  }
}
