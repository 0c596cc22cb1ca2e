package dev.headwater.bench.serving;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized void look() throws IOException {
    lastBytes = residentBytes();
    firstBytes = firstBytes == 0 ? lastBytes : firstBytes;
    mostBytes = Math.max(mostBytes, lastBytes);
    lowestRecall = Math.min(lowestRecall, recall.getAsDouble());
  }

  private static long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    return -1;
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
