package dev.headwater.serving.http;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that make answers. What waits for them is bounded by the {@link Door}: a request that
 * was let in is answered.
 */
final class Workers implements Executor, AutoCloseable {
  private final ThreadPoolExecutor pool;

  Workers(int threads, MeterRegistry registry) {
    AtomicInteger number = new AtomicInteger();
    pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
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
