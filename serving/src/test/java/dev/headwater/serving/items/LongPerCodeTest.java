package dev.headwater.serving.items;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LongPerCodeTest {
  private static final int CODES = 20_000; // several chunks

  private final LongPerCode numbers = new LongPerCode();

  @Test
  void keepsNumbersOfAnySize() {
    Random random = new Random(5);
    Map<Integer, Long> expected = new HashMap<>();
    for (int step = 0; step < 5 * CODES; step++) {
      int code = random.nextInt(CODES);
      long value = random.nextLong() >> random.nextInt(Long.SIZE);
      expected.put(code, value);
      numbers.set(code, value);
    }
    for (int code = -1; code < 2 * CODES; code++) {
      assertThat(numbers.get(code)).isEqualTo(expected.getOrDefault(code, 0L));
    }
    assertThat(numbers.end()).isBetween(CODES, 2 * CODES);
  }

  @Test
  void takesEightBytesOnlyWhereANumberNeedsThem() {
    for (int code = 0; code < CODES; code++) {
      numbers.set(code, code % 2 == 0 ? Integer.MAX_VALUE : Integer.MIN_VALUE);
    }
    numbers.set(5_000, Integer.MAX_VALUE + 1L);
    assertThat(numbers.bytes(0)).isEqualTo(Integer.BYTES);
    assertThat(numbers.bytes(5_000)).isEqualTo(Long.BYTES);
    assertThat(numbers.bytes(CODES - 1)).isEqualTo(Integer.BYTES);
    assertThat(numbers.get(5_000)).isEqualTo(Integer.MAX_VALUE + 1L);
    assertThat(numbers.get(5_001)).isEqualTo(Integer.MIN_VALUE);
    assertThat(numbers.get(4_999)).isEqualTo(Integer.MIN_VALUE);
  }

  /** Numbers only grow: one that is read after another was heard of is no older than that. */
  @Test
  void aReaderMissesNothingWhileAChunkBecomesLarger() throws InterruptedException {
    AtomicLong heard = new AtomicLong();
    AtomicLong behind = new AtomicLong();
    AtomicBoolean running = new AtomicBoolean(true);
    Thread reader =
        new Thread(
            () -> {
              while (running.get()) {
                long least = heard.get();
                int code = (int) (least % CODES);
                long read = numbers.get(code);
                behind.addAndGet(read < least ? 1 : 0);
              }
            });
    reader.start();
    for (long value = 1; value < 2_000_000; value++) {
      int code = (int) (value % CODES);
      numbers.set(code, value < 1_000_000 ? value : value << Integer.SIZE);
      heard.set(value);
    }
    running.set(false);
    reader.join();
    assertThat(behind.get()).isZero();
    assertThat(numbers.get(1_999_999 % CODES)).isEqualTo(1_999_999L << Integer.SIZE);
  }
}
