package dev.headwater.idp.expert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sorting packed numbers gives what sorting objects by cosine and an order of names gives. */
class NearestTest {
  private static String name(int item) {
    return "i" + item; // i10 is before i9
  }

  private static int compare(int item, int other) {
    return name(item).compareTo(name(other));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 63, 64, 65, 300})
  void isTheOrderOfCosineAndName(int size) {
    Random random = new Random(size);
    Nearest nearest = new Nearest();
    for (int round = 0; round < 50; round++) {
      nearest.begin(size);
      Map<Integer, Float> found = new TreeMap<>();
      for (int i = 0; i < size; i++) {
        int item = random.nextInt(size);
        float cosine = (random.nextInt(41) - 20) / 20f; // many are equal, some below 0
        nearest.add(item, cosine);
        found.merge(item, cosine, Math::max);
      }
      List<Integer> order =
          found.keySet().stream()
              .sorted(
                  Comparator.comparing((Integer item) -> -found.getOrDefault(item, 0f))
                      .thenComparing(NearestTest::name))
              .limit(NearTexts.CAPACITY)
              .toList();
      NearTexts list = nearest.list(NearestTest::compare);
      assertThat(list.items()).containsExactly(order.stream().mapToInt(i -> i).toArray());
      for (int i = 0; i < list.size(); i++) {
        assertThat(list.cosines()[i]).isEqualTo(found.get(list.items()[i]));
      }
    }
  }
}
