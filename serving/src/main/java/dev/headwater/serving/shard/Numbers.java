package dev.headwater.serving.shard;

import dev.headwater.serving.recommend.Pool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers of the items of one answer, in the order in which they were heard of. */
final class Numbers {
  private final Map<String, Integer> numbers = new HashMap<>(1_024);
  private final List<String> names = new ArrayList<>(1_024);

  /** Returns the number of an item, which it is given when it is new. */
  int of(String item) {
    Integer known = numbers.putIfAbsent(item, names.size());
    if (known != null) {
      return known;
    }
    names.add(item);
    return names.size() - 1;
  }

  /** Returns the number of an item, {@link Pool#UNKNOWN} where nobody spoke of it. */
  int find(String item) {
    return numbers.getOrDefault(item, Pool.UNKNOWN);
  }

  String name(int number) {
    return names.get(number);
  }

  int size() {
    return names.size();
  }
}
