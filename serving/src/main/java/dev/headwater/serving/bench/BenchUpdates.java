package dev.headwater.serving.bench;

import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** Changes rows at a steady rate; in churn one in ten removes an item or brings one back. */
final class BenchUpdates implements AutoCloseable {
  private static final long SETTLE_MS = 3_000;

  private final BenchTopics topics;
  private final BenchData data;
  private final int items;
  private final int rowsPerSecond;
  private final boolean churn;
  private final Set<String> removed = ConcurrentHashMap.newKeySet();
  private final Thread thread = new Thread(this::run, "updates");
  private volatile boolean running = true;
  private volatile long sent;

  BenchUpdates(BenchTopics topics, BenchData data, int items, int rowsPerSecond, boolean churn) {
    this.topics = topics;
    this.data = data;
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
        one(random, step);
      }
      sent = step;
      LockSupport.parkNanos(5_000_000);
    }
  }

  private void one(Random random, long step) {
    int item = random.nextInt(items);
    String name = BenchData.item(item);
    if (!churn || random.nextInt(10) > 0) {
      if (!removed.contains(name)) {
        topics.tuned(name, 1, step, data.vector(item, step));
      }
    } else if (removed.size() < items / 50 && random.nextBoolean()) {
      removed.add(name);
      topics.remove(name);
    } else {
      removed.stream()
          .findAny()
          .ifPresent(
              back -> {
                removed.remove(back);
                topics.cold(back, 1, data.vector(item, 0));
              });
    }
  }

  long sent() {
    return sent;
  }

  boolean isRemoved(String item) {
    return removed.contains(item);
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
