package dev.headwater.jobs.finetune;

import dev.headwater.idp.expert.ItemCountsCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Numbers for the incarnations of items, of this session alone. An item that begins again has
 * another number than before, so that what was said of that incarnation is not said of this one.
 * What lists name may have a number before its row begins. For one thread.
 */
final class ItemNumbers {
  private static final int FIRST_ROOM = 1_024;

  private final Map<String, Integer> standing = new HashMap<>();
  private final Map<String, List<Integer>> awaited = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  private long[] incarnations = new long[FIRST_ROOM];

  /**
   * Returns the number of an item that a list names. Where no row stands, what is named without an
   * incarnation is the same as what is named with one.
   *
   * @param incarnation of it, {@link ItemCountsCodec#UNKNOWN} where the list does not say
   * @return below 0 for one of before
   */
  int of(String item, long incarnation) {
    Integer stands = standing.get(item);
    if (stands != null && incarnation <= incarnations[stands]) {
      boolean same = incarnation == ItemCountsCodec.UNKNOWN || incarnation == incarnation(stands);
      return same ? stands : -1;
    }
    List<Integer> waiting = awaited.computeIfAbsent(item, first -> new ArrayList<>(1));
    for (int number : waiting) {
      if (isOf(number, incarnation) || incarnation == ItemCountsCodec.UNKNOWN) {
        incarnations[number] = Math.max(incarnations[number], incarnation);
        return number;
      }
    }
    int fresh = fresh(item, incarnation);
    waiting.add(fresh);
    return fresh;
  }

  /**
   * An incarnation begins. What lists named without an incarnation is taken for it.
   *
   * @param over hears of numbers of former ones
   * @return its number
   */
  int begin(String item, long incarnation, IntConsumer over) {
    int own = -1;
    List<Integer> waiting = awaited.remove(item);
    for (int number : waiting == null ? List.<Integer>of() : waiting) {
      if (own < 0 && isOf(number, incarnation)) {
        own = number;
      } else if (incarnations[number] > incarnation) {
        awaited.computeIfAbsent(item, first -> new ArrayList<>(1)).add(number);
      } else {
        over.accept(number);
      }
    }
    own = own < 0 ? fresh(item, incarnation) : own;
    incarnations[own] = incarnation;
    standing.put(item, own);
    return own;
  }

  private boolean isOf(int number, long incarnation) {
    return incarnations[number] == incarnation || incarnations[number] == ItemCountsCodec.UNKNOWN;
  }

  private int fresh(String item, long incarnation) {
    int number = names.size();
    names.add(item);
    if (number == incarnations.length) {
      incarnations = Arrays.copyOf(incarnations, 2 * number);
    }
    incarnations[number] = incarnation;
    return number;
  }

  /** Returns the number of an item whose row stands, below 0 where none does. */
  int find(String item) {
    return standing.getOrDefault(item, -1);
  }

  /** Returns the item of a number, be it over. */
  String name(int number) {
    return names.get(number);
  }

  /** Returns the incarnation of a number, {@link ItemCountsCodec#UNKNOWN} where nobody said. */
  long incarnation(int number) {
    return incarnations[number];
  }

  /** The incarnation of a number is over. */
  void end(int number) {
    standing.remove(names.get(number), number);
  }

  /** Returns the numbers of what lists name and has no row. */
  List<Integer> awaited() {
    return awaited.values().stream().flatMap(List::stream).toList();
  }

  /** Returns those of one item. */
  List<Integer> awaited(String item) {
    return List.copyOf(awaited.getOrDefault(item, List.of()));
  }

  /** Returns how many were given. */
  int size() {
    return names.size();
  }
}
