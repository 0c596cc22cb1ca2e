package dev.headwater.chaos;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Watches how old what is served and what is learned is, five times a second. Recovered is who is
 * never again older than {@link #LIMIT_MS}. Thread-safe.
 */
final class Freshness implements AutoCloseable {
  /** A click that is not served by both nodes and learned for so long makes the path stale. */
  static final long LIMIT_MS = 5_000;

  private static final long PAUSE_MS = 200;

  private final List<Answers> answers;
  private final Ledger ledger;
  private final Thread thread;
  private volatile boolean closed;
  private volatile long lastStaleAtMs;
  private volatile long worstMs;

  Freshness(List<Answers> answers, Ledger ledger) {
    this.answers = answers;
    this.ledger = ledger;
    thread = new Thread(this::run, "freshness");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (!closed) {
        long nowMs = System.currentTimeMillis();
        long stale = staleMs();
        worstMs = Math.max(worstMs, stale);
        if (stale > LIMIT_MS) {
          lastStaleAtMs = nowMs;
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the age of the oldest click that is not yet served by both nodes, or not learned. */
  long staleMs() {
    long worst = ledger.learningLagMs();
    for (Answers each : answers) {
      worst = Math.max(worst, each.staleMs());
    }
    return worst;
  }

  /** Begins again. */
  void reset() {
    lastStaleAtMs = 0;
    worstMs = 0;
  }

  /** Returns when the path was last stale, Unix milliseconds, 0 for never since the reset. */
  long lastStaleAtMs() {
    return lastStaleAtMs;
  }

  /** Returns the greatest age since the reset. */
  long worstMs() {
    return worstMs;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
