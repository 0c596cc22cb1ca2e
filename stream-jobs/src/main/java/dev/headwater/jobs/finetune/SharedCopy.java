package dev.headwater.jobs.finetune;

import dev.headwater.jobs.rows.RowFeed;
import dev.headwater.jobs.rows.RowsFollower;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/**
 * A copy of a domain's rows that all workers of a process share, and the one feed that it follows:
 * whichever of them comes by takes in what was read. Thread-safe.
 */
final class SharedCopy {
  private static final Map<String, SharedCopy> OPEN = new HashMap<>();

  /** A step is encoded in less. */
  private static final long PATIENCE_MS = 50;

  private final String key;
  private final RowCopy rows;
  private final RowInbox inbox = new RowInbox();
  private final RowFeed feed;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);
  private int users;

  private SharedCopy(String key, int dim, Function<RowsFollower.Listener, RowFeed> feeds) {
    this.key = key;
    rows = new RowCopy(dim);
    feed = feeds.apply(inbox);
  }

  /**
   * Returns the copy of a process, opened by whoever asks first; each {@link #release}s it once.
   *
   * @param key of job, domain and bundle
   * @param dim length of a row
   * @param feeds opens the feed of its rows
   */
  static SharedCopy acquire(String key, int dim, Function<RowsFollower.Listener, RowFeed> feeds) {
    synchronized (OPEN) {
      SharedCopy copy = OPEN.computeIfAbsent(key, name -> new SharedCopy(name, dim, feeds));
      copy.users++;
      return copy;
    }
  }

  /** Tells whether all that stood in the topics at the start is in it. */
  boolean isCaughtUp() {
    return feed.isCaughtUp();
  }

  /**
   * Takes in what was read; waits a moment for those who look. The caller looks at no copy, or two
   * would wait for each other.
   */
  void drain() throws InterruptedException {
    feed.requireHealthy();
    if (!inbox.isEmpty() && lock.writeLock().tryLock(PATIENCE_MS, TimeUnit.MILLISECONDS)) {
      try {
        boolean unused = inbox.drain(rows::onRow);
      } finally {
        lock.writeLock().unlock();
      }
    }
  }

  /** Returns the rows, which stay as they are until the caller's thread has {@link #done}. */
  RowCopy look() {
    lock.readLock().lock();
    return rows;
  }

  /** Returns the rows, for one who looks at them or has yet to. */
  RowCopy rows() {
    return rows;
  }

  /** The caller looks no longer. */
  void done() {
    lock.readLock().unlock();
  }

  /** The last to release it closes it. */
  void release() {
    synchronized (OPEN) {
      users--;
      if (users > 0) {
        return;
      }
      OPEN.remove(key);
    }
    inbox.close();
    feed.close();
    rows.close();
  }
}
