package dev.headwater.serving.http;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that make answers, and the bounded queue before them. A full queue refuses with
 * {@link RejectedExecutionException}: load is shed at the door.
 */
final class Workers implements Executor, AutoCloseable {
  private final ThreadPoolExecutor pool;

  Workers(int threads, int queueMax, MeterRegistry registry) {
    AtomicInteger number = new AtomicInteger();
    pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(queueMax),
            task -> {
              Thread thread = new Thread(task, "serving-worker-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    registry.gauge("headwater.serving.queue.requests", pool, p -> p.getQueue().size());
  }

  @Override
  public void execute(Runnable task) {
    pool.execute(task);
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
