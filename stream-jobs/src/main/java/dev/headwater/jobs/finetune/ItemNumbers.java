package dev.headwater.jobs.finetune;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Numbers for items, of this session alone. An item that begins again has another number than in
 * its former incarnation, so that what was said of that one is not said of it. For one thread.
 */
final class ItemNumbers {
  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<String> names = new ArrayList<>();

  /** Returns the number of an item, a new one where it has none. */
  int of(String item) {
    return numbers.computeIfAbsent(
        item,
        fresh -> {
          names.add(fresh);
          return names.size() - 1;
        });
  }

  /** Returns the item of a number, be it over. */
  String name(int number) {
    return names.get(number);
  }

  /** The incarnation of an item is over. */
  void end(String item) {
    numbers.remove(item);
  }

  /** Returns how many were given. */
  int size() {
    return names.size();
  }
}
