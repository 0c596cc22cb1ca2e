package dev.headwater.bench.serving;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.platform.report.ResidentMemory;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * Looks at this process's resident memory and at a live recall every few seconds while a load runs:
 * a leak or a moment of bad answers shows, however both stand in the end.
 */
final class MemoryAndRecall implements AutoCloseable {
  private static final long EVERY_MS = 2_000;

  private final DoubleSupplier recall;
  private final Thread thread = new Thread(this::run, "watch");
  private double lowestRecall = 1;
  private long firstBytes;
  private long lastBytes;
  private long mostBytes;
  private volatile boolean running = true;

  MemoryAndRecall(DoubleSupplier recall) {
    this.recall = recall;
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (running) {
        look();
        TimeUnit.MILLISECONDS.sleep(EVERY_MS);
      }
    } catch (InterruptedException e) {
      running = false;
    }
  }

  private synchronized void look() {
    lastBytes = 1024 * (long) ResidentMemory.kilobytes();
    firstBytes = firstBytes == 0 ? lastBytes : firstBytes;
    mostBytes = Math.max(mostBytes, lastBytes);
    lowestRecall = Math.min(lowestRecall, recall.getAsDouble());
  }

  /** Memory at the end and at most, against the beginning, in percent; the lowest recall. */
  synchronized void writeTo(ObjectNode result) {
    result.put("rss_mb", lastBytes >> 20);
    result.put("rss_growth_percent", 100.0 * (lastBytes - firstBytes) / firstBytes);
    result.put("rss_most_percent", 100.0 * (mostBytes - firstBytes) / firstBytes);
    result.put("live_recall", recall.getAsDouble());
    result.put("live_recall_min", lowestRecall);
  }

  @Override
  public void close() {
    running = false;
    thread.interrupt();
  }
}
