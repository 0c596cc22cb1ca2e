package dev.headwater.launcher.demo;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures how long something takes to become true, seen from outside by asking again and again. A
 * bounded number of questions is open at once: when all are, a sample is skipped rather than
 * queued, so that the probe does not load the machine it measures. One that does not come true in
 * time counts as {@link #timeouts()} and as a sample of the full time-out.
 */
final class LatencyProbe implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LatencyProbe.class);

  private final String name;
  private final long timeoutNanos;
  private final long pauseNanos;
  private final Semaphore open;
  private final ExecutorService threads;
  private final Histogram micros = new ConcurrentHistogram(TimeUnit.HOURS.toMicros(1), 3);
  private final AtomicInteger timeouts = new AtomicInteger();

  LatencyProbe(String name, int concurrency, long pauseMs, long timeoutMs) {
    this.name = name;
    this.open = new Semaphore(concurrency);
    this.threads =
        Executors.newFixedThreadPool(
            concurrency,
            task -> {
              Thread thread = new Thread(task, "probe-" + name);
              thread.setDaemon(true);
              return thread;
            });
    this.pauseNanos = TimeUnit.MILLISECONDS.toNanos(pauseMs);
    this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
  }

  /** Tells whether a sample could start now. */
  boolean isFree() {
    return open.availablePermits() > 0;
  }

  /** Starts asking; the clock runs from {@code startNanos}. Returns false when all are busy. */
  boolean offer(long startNanos, BooleanSupplier isTrue) {
    if (!open.tryAcquire()) {
      return false;
    }
    threads.execute(
        () -> {
          try {
            watch(startNanos, isTrue);
          } finally {
            open.release();
          }
        });
    return true;
  }

  private void watch(long startNanos, BooleanSupplier isTrue) {
    boolean done = false;
    while (!done && System.nanoTime() - startNanos < timeoutNanos) {
      try {
        done = isTrue.getAsBoolean();
      } catch (RuntimeException e) {
        LOG.warn("probe {}: {}", name, e.toString());
      }
      if (!done) {
        LockSupport.parkNanos(pauseNanos);
      }
    }
    if (!done) {
      timeouts.incrementAndGet();
    }
    micros.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - startNanos));
  }

  Histogram micros() {
    return micros;
  }

  int timeouts() {
    return timeouts.get();
  }

  /** Waits for the open questions, as long as their time-out at most. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(timeoutNanos + 5_000_000_000L, TimeUnit.NANOSECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
