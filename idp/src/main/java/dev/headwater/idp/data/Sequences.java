package dev.headwater.idp.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A domain's events as one sequence of item numbers a user; an item's number is its place in {@link
 * DomainData#items()}.
 *
 * @param itemCount size of the catalog
 * @param users the users, in the order of the events
 * @param sequences what each did, oldest first
 */
public record Sequences(int itemCount, List<String> users, List<int[]> sequences) {
  /** Events of users with fewer are left out: train, validate, test need one each. */
  public static final int MIN_EVENTS = 3;

  /** The sequences of all users with at least {@link #MIN_EVENTS} events. */
  public static Sequences of(DomainData data) {
    return of(data, MIN_EVENTS);
  }

  /** The sequences of all users with at least {@code minEvents} events. */
  public static Sequences of(DomainData data, int minEvents) {
    Map<String, Integer> numberOf = new HashMap<>();
    for (Item item : data.items()) {
      numberOf.put(item.id(), numberOf.size());
    }
    List<String> users = new ArrayList<>();
    List<int[]> sequences = new ArrayList<>();
    List<Event> events = data.events();
    for (int from = 0; from < events.size(); ) {
      int to = from;
      String user = events.get(from).user();
      while (to < events.size() && events.get(to).user().equals(user)) {
        to++;
      }
      if (to - from >= minEvents) {
        users.add(user);
        int[] sequence = new int[to - from];
        for (int i = from; i < to; i++) {
          sequence[i - from] = number(numberOf, events.get(i).item());
        }
        sequences.add(sequence);
      }
      from = to;
    }
    return new Sequences(data.items().size(), users, sequences);
  }

  /** The same users without their last {@code count} events, those with fewer than one left out. */
  public List<int[]> withoutLast(int count) {
    return sequences.stream()
        .filter(sequence -> sequence.length > count)
        .map(sequence -> Arrays.copyOf(sequence, sequence.length - count))
        .toList();
  }

  private static int number(Map<String, Integer> numberOf, String item) {
    Integer number = numberOf.get(item);
    if (number == null) {
      throw new DataException("item " + item + " is not in the catalog");
    }
    return number;
  }
}
