package dev.headwater.store.cycle;

import dev.headwater.store.table.EmbeddingStore;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Takes deleted items out of files and copies, outside the engine's lock: rows are taken and
 * versions sealed meanwhile. One purge does it for all that were deleted before it began, so
 * deletions that come while one is under way share the next. Thread-safe.
 */
final class Purges {
  private final EmbeddingStore store;
  private final EngineLock lock;
  private final Clock clock;
  private final AtomicLong asked = new AtomicLong();
  private final ReentrantLock turn = new ReentrantLock(true);
  private final Map<String, Set<String>> names = new HashMap<>();
  private long done;
  private Times last = new Times(0, 0);

  /**
   * When a purge was over, Unix milliseconds.
   *
   * @param files nothing deleted was left in the store's files
   * @param copies nor in copies of them
   */
  record Times(long files, long copies) {}

  Purges(EmbeddingStore store, EngineLock lock, Clock clock) {
    this.lock = lock;
    this.store = store;
    this.clock = clock;
  }

  /** Lets the next purge take the name of an item out of the rows of others. */
  void forget(String domain, String item) {
    synchronized (names) {
      names.computeIfAbsent(domain, each -> new HashSet<>()).add(item);
    }
  }

  private void forgetNames() {
    Map<String, Set<String>> due;
    synchronized (names) {
      due = new HashMap<>(names);
      names.clear();
    }
    try {
      due.forEach((domain, items) -> store.forgetNames(domain, items, lock::run));
    } catch (RuntimeException e) {
      due.forEach((domain, items) -> items.forEach(item -> forget(domain, item)));
      throw e;
    }
  }

  /**
   * Returns when a purge is over that began after this call.
   *
   * @param dropCopies drops copies of the files as they were; not called where another's purge does
   */
  Times purge(Runnable dropCopies) {
    long ticket = asked.incrementAndGet();
    turn.lock();
    try {
      if (done < ticket) {
        long all = asked.get();
        forgetNames();
        store.purge();
        long filesMs = clock.millis();
        dropCopies.run();
        last = new Times(filesMs, clock.millis());
        done = all;
      }
      return last;
    } finally {
      turn.unlock();
    }
  }
}
