package dev.headwater.idp.rank;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.CountsByItem;
import dev.headwater.idp.expert.ItemCounts;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is put in its place one item at a time is what sorting all items anew gives. */
class PopularListTest {
  private static final int ITEMS = 400;
  private static final int CAPACITY = 100;
  private static final CountConfig CONFIG = CountConfig.defaults();

  private final PopularList list = new PopularList(CONFIG, PopularListTest::name);
  private final Map<Integer, ItemCounts> standing = new HashMap<>();

  /** Other than in the order of their numbers; two numbers may have one name. */
  private static String name(int item) {
    return "item-" + (item % 7) + "-" + item / 2;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void isWhatSortingAllItemsGives(long seed) {
    Random random = new Random(seed);
    for (int tick = 0; tick < 6_000; tick++) {
      int item = (int) (ITEMS * Math.pow(random.nextDouble(), 2));
      ItemCounts counts = standing.computeIfAbsent(item, fresh -> new ItemCounts());
      if (random.nextInt(3) > 0) {
        counts.take(1, tick, CONFIG);
      } else {
        counts.link((item + 1) % ITEMS, 1, tick, CONFIG); // changes nothing here
      }
      list.counted(item, counts);
      if (tick % 500 == 499) {
        assertThat(list.items()).as("after %s", tick).isEqualTo(sorted(tick));
      }
    }
  }

  @Test
  void anItemThatEndsLeavesAllWindows() {
    for (int item = 0; item < 5; item++) {
      ItemCounts counts = new ItemCounts();
      counts.take(1, item, CONFIG);
      list.counted(item, counts);
    }
    list.counted(3, null);
    assertThat(list.items()).containsExactlyInAnyOrder(0, 1, 2, 4);
    list.counted(3, null);
    assertThat(list.items()).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatWasOvertakenComesBackWhereOthersAreTakenBackOrEnd(long seed) {
    Random random = new Random(seed);
    CountsByItem all = CountsByItem.asObjects();
    for (int tick = 0; tick < 6_000; tick++) {
      int item = (int) (ITEMS * Math.pow(random.nextDouble(), 2));
      ItemCounts counts = standing.getOrDefault(item, new ItemCounts());
      int what = random.nextInt(100);
      if (what < 2) {
        counts = null;
        standing.remove(item);
      } else if (what < 10) {
        counts = new ItemCounts();
        counts.take(1, Math.max(0, tick - 1_000), CONFIG);
        standing.put(item, counts);
      } else {
        counts.take(1, tick, CONFIG);
        standing.put(item, counts);
      }
      all.set(item, counts);
      list.counted(item, counts);
      if (tick % 500 == 499) {
        list.settle(all, ITEMS);
        assertThat(list.items()).as("after %s", tick).isEqualTo(sorted(tick));
      }
    }
  }

  private int[] sorted(long now) {
    return IntStream.range(0, CountConfig.WINDOWS)
        .flatMap(window -> highest(window, now))
        .distinct()
        .boxed()
        .sorted(Comparator.comparing(PopularListTest::name).thenComparing(item -> item))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private IntStream highest(int window, long now) {
    return standing.entrySet().stream()
        .filter(each -> each.getValue().isTaken())
        .sorted(Comparator.comparingDouble(each -> -each.getValue().recent(window, now, CONFIG)))
        .limit(CAPACITY)
        .mapToInt(Map.Entry::getKey);
  }

  @Test
  void whatWasHandedOutIsNotChanged() {
    ItemCounts counts = new ItemCounts();
    counts.take(1, 0, CONFIG);
    list.counted(1, counts);
    int[] before = list.items();
    int[] copy = Arrays.copyOf(before, before.length);
    list.counted(2, counts);
    list.counted(1, null);
    assertThat(before).isEqualTo(copy);
  }
}
