package dev.headwater.serving.items;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Makes indexes, and owns the one thread that works for them behind. */
public final class IndexBuilds implements AutoCloseable {
  private static final int QUEUE_MAX = 1_024;

  private final MeterRegistry registry;
  private final RandomGenerator random;
  private final ThreadPoolExecutor executor;

  /** Starts the thread. */
  public IndexBuilds(MeterRegistry registry, RandomGenerator random) {
    this.registry = registry;
    this.random = random;
    executor =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE_MAX),
            task -> {
              Thread thread = new Thread(task, "serving-index");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Makes the index of a table. */
  public ItemIndex index(VectorTable table) {
    return new AdaptiveIndex(table, AdaptiveIndexConfig.defaults(), executor, random, registry);
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
