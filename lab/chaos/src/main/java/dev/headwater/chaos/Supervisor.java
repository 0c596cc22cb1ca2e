package dev.headwater.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts processes again that ended by themselves, as systemd or Kubernetes would, and remembers
 * which did. Thread-safe.
 */
final class Supervisor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
  private static final long PAUSE_MS = 1_000;

  private final Cluster cluster;
  private final List<String> ended = new ArrayList<>();
  private final Thread thread;

  Supervisor(Cluster cluster) {
    this.cluster = cluster;
    thread = new Thread(this::run, "supervisor");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        look();
        TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      List<String> now = cluster.supervise();
      now.forEach(what -> LOG.warn("{}", what));
      synchronized (ended) {
        ended.addAll(now);
      }
    } catch (IOException e) {
      LOG.warn("cannot start a process again", e);
    }
  }

  /** Returns and forgets what ended by itself. */
  List<String> takeEnded() {
    synchronized (ended) {
      List<String> taken = List.copyOf(ended);
      ended.clear();
      return taken;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
