package dev.headwater.jobs.coldstart;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers single requests into small batches on a thread of its own. While a batch is worked on the
 * next one fills; a request that finds nothing under way waits for company no longer than it is
 * told, by default not at all.
 *
 * @param <T> the request
 */
final class MicroBatcher<T> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MicroBatcher.class);
  private static final long IDLE_POLL_MS = 200;

  private final BlockingQueue<T> queue;
  private final int batchSize;
  private final long waitNanos;
  private final Work<T> work;
  private final Thread thread;
  private volatile boolean closed;

  /**
   * Takes batches. It must answer every request of a batch, also when it fails.
   *
   * @param <T> the request
   */
  interface Work<T> {
    void run(List<T> batch);
  }

  MicroBatcher(String name, int capacity, int batchSize, int waitMs, Work<T> work) {
    this.queue = new ArrayBlockingQueue<>(capacity);
    this.batchSize = batchSize;
    this.waitNanos = TimeUnit.MILLISECONDS.toNanos(waitMs);
    this.work = work;
    this.thread = new Thread(this::run, name);
    this.thread.setDaemon(true);
    this.thread.start();
  }

  /** Hands in a request; waits while the queue is full. */
  void add(T request) throws InterruptedException {
    queue.put(request);
  }

  private void run() {
    try {
      while (!closed) {
        T first = queue.poll(IDLE_POLL_MS, TimeUnit.MILLISECONDS);
        if (first != null) {
          work.run(gather(first));
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("batcher interrupted to close");
    }
  }

  private List<T> gather(T first) throws InterruptedException {
    List<T> batch = new ArrayList<>(batchSize);
    batch.add(first);
    long end = System.nanoTime() + waitNanos;
    while (batch.size() < batchSize) {
      queue.drainTo(batch, batchSize - batch.size());
      long left = end - System.nanoTime();
      if (left <= 0 || batch.size() == batchSize) {
        break;
      }
      T next = queue.poll(left, TimeUnit.NANOSECONDS);
      if (next == null) {
        break;
      }
      batch.add(next);
    }
    return batch;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
