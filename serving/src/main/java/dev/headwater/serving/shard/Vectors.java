package dev.headwater.serving.shard;

import dev.headwater.serving.shard.wire.KnownItem;
import dev.headwater.serving.shard.wire.TableName;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The vectors of other shards' items that histories were encoded from, kept for a moment: a user's
 * vector is kept while they stand where they were, and hot items are asked for once in that time
 * and not for every answer. Two generations of entries take turns, so that it is bounded.
 * Thread-safe.
 */
final class Vectors {
  private static final int GENERATION = 50_000;

  /** An entry that came anew seems to have moved far from where its predecessor stood. */
  private static final int BASES = 16;

  private static final int BASE = 64;

  private final long freshNs;
  private final AtomicInteger bases = new AtomicInteger();
  private volatile ConcurrentHashMap<Key, Kept> young = new ConcurrentHashMap<>();
  private volatile ConcurrentHashMap<Key, Kept> old = new ConcurrentHashMap<>();

  private record Key(TableName table, String item) {}

  /**
   * What is kept of an item.
   *
   * @param vector null where it has none
   * @param travelled how far it has moved since it is kept
   * @param known whether its owner has heard of it
   * @param atNs when its owner was asked
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Kept(float @Nullable [] vector, double travelled, boolean known, long atNs) {}

  /**
   * The vectors of one table.
   *
   * @param all of all tables
   * @param table the one
   * @param nanos what {@link System#nanoTime} would say
   */
  record OfTable(Vectors all, TableName table, LongSupplier nanos) {
    /** Returns what is kept of an item if it is fresh, else null. */
    @Nullable Kept fresh(String item) {
      return all.fresh(table, item, nanos.getAsLong());
    }

    /** Takes in what an owner said. */
    Kept take(String item, KnownItem told) {
      return all.take(table, item, told, nanos.getAsLong());
    }
  }

  /**
   * Creates it.
   *
   * @param freshNs how long an entry is used before its owner is asked again
   */
  Vectors(long freshNs) {
    this.freshNs = freshNs;
  }

  /** Returns what is kept of an item if it is fresh, else null. */
  @Nullable Kept fresh(TableName table, String item, long nowNs) {
    Kept kept = kept(new Key(table, item));
    return kept == null || nowNs - kept.atNs() > freshNs ? null : kept;
  }

  private @Nullable Kept kept(Key key) {
    Kept kept = young.get(key);
    return kept == null ? old.get(key) : kept;
  }

  /** Takes in what an owner said. */
  Kept take(TableName table, String item, KnownItem told, long nowNs) {
    Key key = new Key(table, item);
    float[] vector = told.getVector().isEmpty() ? null : Floats.values(told.getVector());
    Kept kept = new Kept(vector, travelled(kept(key), vector), told.getKnown(), nowNs);
    young.put(key, kept);
    if (young.size() > GENERATION) {
      turn();
    }
    return kept;
  }

  private synchronized void turn() {
    if (young.size() > GENERATION) {
      old = young;
      young = new ConcurrentHashMap<>();
    }
  }

  private double travelled(@Nullable Kept before, float @Nullable [] vector) {
    float[] from = before == null ? null : before.vector();
    if (vector == null) {
      return -1;
    }
    if (before == null || from == null) {
      return BASE * (double) Math.floorMod(bases.incrementAndGet(), BASES);
    }
    double moved = 0;
    double length = 0;
    for (int d = 0; d < vector.length; d++) {
      double step = vector[d] - from[d];
      moved += step * step;
      length += from[d] * from[d];
    }
    return before.travelled() + (length == 0 ? 0 : Math.sqrt(moved / length));
  }
}
