package dev.headwater.serving.items;

import dev.headwater.idp.tensor.ComputeDevice;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Makes indexes, and owns the one thread that works for them in the background. */
public final class IndexBuilds implements AutoCloseable {
  private static final int QUEUE_MAX = 1_024;

  private final MeterRegistry registry;
  private final ComputeDevice device;
  private final boolean half;
  private final RandomGenerator random;
  private final ThreadPoolExecutor executor;

  /**
   * Starts the thread.
   *
   * @param device where tables are searched: on a GPU in a copy there, on the processor by a scan,
   *     and above a size by an inverted file
   * @param half whether a copy takes two bytes a value
   */
  public IndexBuilds(
      MeterRegistry registry, RandomGenerator random, ComputeDevice device, boolean half) {
    this.registry = registry;
    this.device = device;
    this.half = half;
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
    return !device.sharesMemory()
        ? new DeviceIndex(table, device, half)
        : new AdaptiveIndex(table, AdaptiveIndexConfig.defaults(), executor, random, registry);
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
