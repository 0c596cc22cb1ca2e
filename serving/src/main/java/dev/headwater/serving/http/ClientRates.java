package dev.headwater.serving.http;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Allows every client so many requests a second, and a burst of one second's worth: a token bucket
 * a client address. Thread-safe.
 */
final class ClientRates {
  private static final int CLIENTS_MAX = 10_000;

  private final int perSecond;
  private final LongSupplier nanos;
  private final ConcurrentHashMap<String, Bucket> buckets = new ConcurrentHashMap<>();

  private record Bucket(double tokens, long atNanos) {}

  /**
   * Creates one.
   *
   * @param perSecond requests a client; 0: any number
   * @param nanos the clock
   */
  ClientRates(int perSecond, LongSupplier nanos) {
    this.perSecond = perSecond;
    this.nanos = nanos;
  }

  /** Takes one request of a client; false when it sent too many. */
  boolean allows(String client) {
    if (perSecond == 0) {
      return true;
    }
    long now = nanos.getAsLong();
    if (buckets.size() > CLIENTS_MAX) {
      buckets.values().removeIf(bucket -> filled(bucket, now) >= perSecond);
    }
    boolean[] allowed = new boolean[1];
    buckets.compute(
        client,
        (name, bucket) -> {
          double tokens = bucket == null ? perSecond : filled(bucket, now);
          allowed[0] = tokens >= 1;
          return new Bucket(allowed[0] ? tokens - 1 : tokens, now);
        });
    return allowed[0];
  }

  private double filled(Bucket bucket, long now) {
    return Math.min(perSecond, bucket.tokens() + (now - bucket.atNanos()) / 1e9 * perSecond);
  }
}
