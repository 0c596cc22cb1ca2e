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
  private final Kind kind;
  private final RandomGenerator random;
  private final ThreadPoolExecutor executor;

  /** Which index tables get. */
  public enum Kind {
    /** A scan, and above a size an inverted file. */
    PROCESSOR,
    /** A copy on the device. */
    DEVICE,
    /** The same in half precision. */
    DEVICE_HALF
  }

  /** Starts the thread. */
  public IndexBuilds(MeterRegistry registry, RandomGenerator random, Kind kind) {
    this.registry = registry;
    this.kind = kind;
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
    return kind == Kind.PROCESSOR
        ? new AdaptiveIndex(table, AdaptiveIndexConfig.defaults(), executor, random, registry)
        : new DeviceIndex(table, kind == Kind.DEVICE_HALF);
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
