package dev.headwater.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Time is moved by hand. */
class TokenBucketsTest {
  private static final long HALF_A_SECOND = 500_000_000L;

  private final AtomicLong nanos = new AtomicLong();
  private final TokenBuckets<String> buckets = new TokenBuckets<>(2, nanos::get);

  @Test
  void holdsASecondsWorthAndFillsWithTime() {
    assertThat(List.of(buckets.take("a", 2), buckets.take("a", 2), buckets.take("a", 2)))
        .containsExactly(true, true, false);
    assertThat(buckets.take("b", 2)).isTrue();
    nanos.addAndGet(HALF_A_SECOND);
    assertThat(List.of(buckets.take("a", 2), buckets.take("a", 2))).containsExactly(true, false);
  }

  @Test
  void aRateOfZeroIsAnyNumber() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(buckets.take("a", 0)).isTrue();
    }
    assertThat(buckets.waitSeconds("a", 0)).isZero();
  }

  @Test
  void whatWasSpentBeyondTheBucketIsWaitedFor() {
    buckets.spend("a", 2, 6);
    assertThat(buckets.waitSeconds("a", 2)).isEqualTo(3);
    assertThat(buckets.take("a", 2)).isFalse();
    nanos.addAndGet(5 * HALF_A_SECOND);
    assertThat(buckets.waitSeconds("a", 2)).isZero();
    assertThat(buckets.take("a", 2)).isTrue();
  }

  @Test
  void aBucketThatIsNotFullIsRememberedHoweverManyThereAre() {
    buckets.spend("debtor", 1, 10);
    for (int i = 0; i < 100; i++) {
      buckets.take("passer-by-" + i, 1);
      nanos.addAndGet(10 * HALF_A_SECOND / 100);
    }
    assertThat(buckets.take("debtor", 1)).isFalse();
  }
}
