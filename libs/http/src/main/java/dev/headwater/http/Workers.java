package dev.headwater.http;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that make answers. What waits for them is bounded by the {@link Door}: a request that
 * was let in is answered. Beside them one thread for answers that look at very much, so that those
 * wait for each other and nobody waits for them; what waits for it has a bound of its own, below
 * that of the door.
 */
final class Workers implements Executor, AutoCloseable {
  private static final int SCANS_WAITING_MAX = 16;

  private final ThreadPoolExecutor pool;
  private final ThreadPoolExecutor scans;

  Workers(String name, int threads) {
    pool = pool(name + "-worker-", threads, new LinkedBlockingQueue<>());
    scans = pool(name + "-scan-", 1, new ArrayBlockingQueue<>(SCANS_WAITING_MAX));
  }

  private static ThreadPoolExecutor pool(
      String prefix, int threads, BlockingQueue<Runnable> waiting) {
    AtomicInteger number = new AtomicInteger();
    ThreadFactory named =
        task -> {
          Thread thread = new Thread(task, prefix + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        };
    return new ThreadPoolExecutor(threads, threads, 0, TimeUnit.SECONDS, waiting, named);
  }

  @Override
  public void execute(Runnable task) {
    pool.execute(task);
  }

  /**
   * Returns the thread for answers that look at very much; it throws {@link
   * java.util.concurrent.RejectedExecutionException} when too many wait for it.
   */
  Executor scans() {
    return scans;
  }

  int waiting() {
    return pool.getQueue().size();
  }

  @Override
  public void close() {
    pool.shutdownNow();
    scans.shutdownNow();
  }
}
