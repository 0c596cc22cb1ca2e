package dev.headwater.access;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * A token bucket a key: each fills at its rate and holds one second's worth, full at first. Full
 * ones are forgotten when there are many. Thread-safe.
 *
 * @param <K> whom a bucket is for
 */
public final class TokenBuckets<K> {
  private static final double NANOS = 1e9;

  private final int max;
  private final LongSupplier nanos;
  private final ConcurrentHashMap<K, Bucket> buckets = new ConcurrentHashMap<>();

  private record Bucket(double left, long atNanos, int perSecond) {
    double leftAt(long now) {
      return Math.min(perSecond, left + (now - atNanos) / NANOS * perSecond);
    }
  }

  /**
   * Creates one.
   *
   * @param max buckets beyond which full ones are forgotten
   * @param nanos the clock
   */
  public TokenBuckets(int max, LongSupplier nanos) {
    this.max = max;
    this.nanos = nanos;
  }

  /**
   * Takes one token.
   *
   * @param perSecond the key's rate; 0: any
   * @return false when there is none, and then nothing was taken
   */
  public boolean take(K key, int perSecond) {
    if (perSecond == 0) {
      return true;
    }
    long now = nanos.getAsLong();
    forgetFull(now);
    boolean[] taken = new boolean[1];
    buckets.compute(
        key,
        (same, bucket) -> {
          double left = bucket == null ? perSecond : bucket.leftAt(now);
          taken[0] = left >= 1;
          return new Bucket(taken[0] ? left - 1 : left, now, perSecond);
        });
    return taken[0];
  }

  /** Returns the seconds until there is a token, 0 when there is one now; takes nothing. */
  public int waitSeconds(K key, int perSecond) {
    Bucket bucket = perSecond == 0 ? null : buckets.get(key);
    double left = bucket == null ? 1 : bucket.leftAt(nanos.getAsLong());
    return left >= 1 ? 0 : (int) Math.max(1, Math.ceil((1 - left) / perSecond));
  }

  /** Takes tokens whether there are enough or not; what is missing is waited for afterwards. */
  public void spend(K key, int perSecond, int count) {
    if (perSecond == 0) {
      return;
    }
    long now = nanos.getAsLong();
    forgetFull(now);
    buckets.compute(
        key,
        (same, bucket) ->
            new Bucket((bucket == null ? perSecond : bucket.leftAt(now)) - count, now, perSecond));
  }

  private void forgetFull(long now) {
    if (buckets.size() > max) {
      buckets.values().removeIf(bucket -> bucket.leftAt(now) >= bucket.perSecond());
    }
  }
}
