package dev.headwater.store.rocks;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Finds keys one after the other. Where they grow and lie close to each other, a few steps are
 * cheaper than a search through all levels. For one thread.
 */
final class Walk implements AutoCloseable {
  private static final int STEPS_MAX = 8;

  private final RocksIterator iterator;
  private byte[] at = new byte[0];
  private byte @Nullable [] last;

  /** How many steps are tried before a search: fewer where they led nowhere. */
  private int steps = STEPS_MAX;

  /** Takes over an iterator, which is closed with this. */
  Walk(RocksIterator iterator) {
    this.iterator = iterator;
  }

  /** Goes to the first key that is not before the wanted one; tells whether there is one. */
  boolean to(byte[] wanted) throws RocksDBException {
    if (last == null || !stepped(last, wanted)) {
      iterator.seek(wanted);
      load();
    }
    last = wanted;
    return iterator.isValid();
  }

  /** Tells whether a few steps led there. */
  private boolean stepped(byte[] from, byte[] wanted) throws RocksDBException {
    boolean back = Arrays.compareUnsigned(wanted, from) < 0;
    for (int step = 0; !back && isBefore(wanted) && step < steps; step++) {
      iterator.next();
      load();
    }
    boolean there = !back && !isBefore(wanted);
    steps = there ? Math.min(STEPS_MAX, steps + 1) : Math.max(1, steps / 2);
    return there;
  }

  private boolean isBefore(byte[] wanted) {
    return iterator.isValid() && Arrays.compareUnsigned(at, wanted) < 0;
  }

  /** Tells whether the last keys lay so far apart, or so little in order, that it had to search. */
  boolean isAstray() {
    return steps == 1;
  }

  private void load() throws RocksDBException {
    if (iterator.isValid()) {
      at = iterator.key();
    } else {
      iterator.status();
    }
  }

  /** Returns the key that it stands at. */
  byte[] key() {
    return at;
  }

  byte[] value() {
    return iterator.value();
  }

  @Override
  public void close() {
    iterator.close();
  }
}
