package dev.headwater.store.cycle;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The one lock of an engine: under it rows are taken, versions sealed and announcements made. */
final class EngineLock {
  private final ReentrantLock lock = new ReentrantLock();

  <T extends @Nullable Object> T with(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  void run(Runnable work) {
    lock.lock();
    try {
      work.run();
    } finally {
      lock.unlock();
    }
  }
}
