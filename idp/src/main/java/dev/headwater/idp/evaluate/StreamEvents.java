package dev.headwater.idp.evaluate;

import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Event;
import dev.headwater.idp.data.Item;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A domain's events in order of time; ties are broken by a hash of user and item, which says
 * nothing about either.
 */
final class StreamEvents {
  /**
   * One event, users and items by number.
   *
   * @param weight how much it teaches: 1 for an ordinary one, below 0 for a dislike
   * @param wanted whether it is something to recommend: a dislike is not, whatever it teaches
   */
  record Entry(int user, int item, long time, long tie, float weight, boolean wanted) {}

  private StreamEvents() {}

  /** All events, as they weigh; those of weight 0 teach nothing and are left out. */
  static List<Entry> of(DomainData data, StreamSettings.Signals signals) {
    Map<String, Integer> items = new HashMap<>();
    for (Item item : data.items()) {
      items.put(item.id(), items.size());
    }
    Map<String, Integer> users = new HashMap<>();
    List<Entry> entries = new ArrayList<>();
    for (Event event : data.events()) {
      Integer user = users.get(event.user());
      if (user == null) {
        user = users.size();
        users.put(event.user(), user);
      }
      Integer item = items.get(event.item());
      float weight = (float) signals.weight().applyAsDouble(event);
      if (item != null && weight != 0) {
        long tie = (event.user() + "/" + event.item()).hashCode() * 0x9E3779B97F4A7C15L;
        entries.add(
            new Entry(user, item, event.timestamp(), tie, weight, signals.wanted().test(event)));
      }
    }
    entries.sort(Comparator.comparingLong(Entry::time).thenComparingLong(Entry::tie));
    return entries;
  }
}
