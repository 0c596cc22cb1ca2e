package dev.headwater.bench.serving;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * What this process uses, in bytes.
 *
 * @param heap live objects
 * @param direct buffers in memory, outside of the heap
 * @param mapped files, of which the system keeps in memory what it has room for
 */
record Memory(long heap, long direct, long mapped) {
  private static final int COLLECTIONS = 3;
  private static final int PAUSE_MS = 100;

  /** Looks, once what nobody needs is collected. */
  static Memory now() throws InterruptedException {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
      TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
    }
    Runtime runtime = Runtime.getRuntime();
    return new Memory(runtime.totalMemory() - runtime.freeMemory(), pool("direct"), pool("mapped"));
  }

  private static long pool(String name) {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals(name))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }
}
