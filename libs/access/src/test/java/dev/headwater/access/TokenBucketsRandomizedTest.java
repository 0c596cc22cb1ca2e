package dev.headwater.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Held against buckets that count in whole billionths of a token and forget nobody. Time moves by
 * eighths of a second, which a double holds exactly, so that both must agree at every bound.
 */
class TokenBucketsRandomizedTest {
  private static final long EIGHTH = 125_000_000L;
  private static final long TOKEN = 1_000_000_000L;
  private static final int KEYS = 12;

  /** The reference: a level a key, in billionths of a token. */
  private static final class Exact {
    private final int[] rates;
    private final Map<Integer, Long> levels = new HashMap<>();
    private final Map<Integer, Long> times = new HashMap<>();

    Exact(int[] rates) {
      this.rates = rates;
    }

    long level(int key, long now) {
      long full = rates[key] * TOKEN;
      Long at = times.get(key);
      return at == null
          ? full
          : Math.min(full, levels.getOrDefault(key, full) + (now - at) * rates[key]);
    }

    boolean take(int key, long now) {
      boolean there = level(key, now) >= TOKEN;
      spend(key, now, there ? 1 : 0);
      return there;
    }

    void spend(int key, long now, int count) {
      levels.put(key, level(key, now) - count * TOKEN);
      times.put(key, now);
    }

    int waitSeconds(int key, long now) {
      long missing = TOKEN - level(key, now);
      long perSecond = rates[key] * TOKEN;
      return missing <= 0 ? 0 : (int) ((missing + perSecond - 1) / perSecond);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void agreesWithBucketsThatForgetNobody(long seed) {
    Random random = new Random(seed);
    int[] rates = random.ints(KEYS, 1, 9).toArray();
    AtomicLong nanos = new AtomicLong(random.nextLong() >> 2);
    TokenBuckets<Integer> buckets = new TokenBuckets<>(3, nanos::get);
    Exact exact = new Exact(rates);
    for (int step = 0; step < 5_000; step++) {
      int key = random.nextInt(KEYS);
      long now = nanos.get();
      String as = "seed %d, step %d, key %d".formatted(seed, step, key);
      switch (random.nextInt(4)) {
        case 0 -> nanos.addAndGet(random.nextInt(20) * EIGHTH);
        case 1 -> {
          int count = 1 + random.nextInt(3 * rates[key]);
          buckets.spend(key, rates[key], count);
          exact.spend(key, now, count);
        }
        default -> assertThat(buckets.take(key, rates[key])).as(as).isEqualTo(exact.take(key, now));
      }
      assertThat(buckets.waitSeconds(key, rates[key]))
          .as(as)
          .isEqualTo(exact.waitSeconds(key, nanos.get()));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whoeverWaitsAsLongAsItWasToldIsLetIn(long seed) {
    Random random = new Random(seed);
    AtomicLong nanos = new AtomicLong();
    TokenBuckets<String> buckets = new TokenBuckets<>(100, nanos::get);
    for (int i = 0; i < 500; i++) {
      int rate = 1 + random.nextInt(50);
      String key = "key-" + i;
      buckets.spend(key, rate, rate + random.nextInt(10 * rate));
      nanos.addAndGet(random.nextInt(1_000_000_000));
      int wait = buckets.waitSeconds(key, rate);
      if (wait > 1) {
        nanos.addAndGet((wait - 1) * TOKEN);
        assertThat(buckets.take(key, rate)).as("seed %d: a second early", seed).isFalse();
        nanos.addAndGet(TOKEN);
      } else {
        nanos.addAndGet(wait * TOKEN);
      }
      assertThat(buckets.take(key, rate))
          .as("seed %d, %s at %d a second", seed, key, rate)
          .isTrue();
    }
  }
}
