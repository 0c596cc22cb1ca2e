package dev.headwater.serving.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NewestItemsTest {
  private static final int ITEMS = 2_000;

  private final NewestItems newest = new NewestItems(code -> "item-" + code);

  @Test
  void areTheLastOnesHoweverTheyCame() {
    Random random = new Random(3);
    long[] began = new long[ITEMS];
    Integer[] order = new Integer[ITEMS];
    Arrays.setAll(began, code -> random.nextInt(ITEMS / 3));
    Arrays.setAll(order, i -> i);
    Collections.shuffle(Arrays.asList(order), random);
    for (int code : order) {
      newest.add(code, began[code]);
    }
    int[] expected =
        IntStream.range(0, ITEMS)
            .boxed()
            .sorted(
                Comparator.comparing((Integer code) -> -began[code])
                    .thenComparing(code -> "item-" + code))
            .limit(512)
            .mapToInt(Integer::intValue)
            .toArray();
    assertThat(newest.codes(ITEMS)).isEqualTo(expected);
    assertThat(newest.codes(3)).isEqualTo(Arrays.copyOf(expected, 3));
  }

  /** A catalog that was published at one go; names may have to be read from a disk. */
  @Test
  void ofManyThatBeganAtTheSameTimeFewNamesAreLookedUp() {
    AtomicInteger lookedUp = new AtomicInteger();
    NewestItems many =
        new NewestItems(
            code -> {
              lookedUp.incrementAndGet();
              return "item-" + Integer.toHexString(code * 0x9e3779b9);
            });
    for (int code = 0; code < 100_000; code++) {
      many.add(code, 7);
    }
    assertThat(lookedUp.get()).isLessThan(3 * 100_000);
  }

  @Test
  void oneThatEndedLeaves() {
    for (int code = 0; code < 5; code++) {
      newest.add(code, code);
    }
    newest.remove(4);
    newest.remove(1);
    newest.remove(7);
    assertThat(newest.codes(9)).containsExactly(3, 2, 0);
    newest.add(1, 2);
    assertThat(newest.codes(9)).containsExactly(3, 1, 2, 0);
  }
}
