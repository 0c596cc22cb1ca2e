package dev.headwater.platform.load;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Utils;

/**
 * The newest history of each user, of as many users as there is room for: when there are too many
 * events, half of the users leave, drawn by a hash of their names, so that the same ones stay
 * whatever the order of the records. For one thread.
 */
final class DrawnHistories {
  private static final int HALVINGS_MAX = 30;

  private final int eventsMax;
  private final Map<String, History> byUser = new HashMap<>();
  private long events;
  private int halvings;

  /**
   * What a user did, oldest first.
   *
   * @param items what they took
   * @param seconds when, Unix seconds
   * @param writtenMs time of the record that said so
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
  record History(String[] items, long[] seconds, long writtenMs) {}

  /**
   * Creates one.
   *
   * @param eventsMax most events to hold
   */
  DrawnHistories(int eventsMax) {
    this.eventsMax = eventsMax;
  }

  /** Takes a user's history in the place of the one before. */
  void put(String user, History history) {
    if (!isDrawn(user)) {
      return;
    }
    remove(user);
    byUser.put(user, history);
    events += history.items().length;
    while (events > eventsMax && halvings < HALVINGS_MAX) {
      halvings++;
      byUser.keySet().removeIf(each -> !isDrawn(each));
      events = byUser.values().stream().mapToLong(each -> each.items().length).sum();
    }
  }

  /** Forgets a user. */
  void remove(String user) {
    History before = byUser.remove(user);
    if (before != null) {
      events -= before.items().length;
    }
  }

  /** Returns the histories, in the order of the users' names. */
  Map<String, History> all() {
    return new TreeMap<>(byUser);
  }

  /** One user in so many is held. */
  int oneIn() {
    return 1 << halvings;
  }

  private boolean isDrawn(String user) {
    int hash = Utils.murmur2(user.getBytes(StandardCharsets.UTF_8));
    return (hash & (oneIn() - 1)) == 0;
  }
}
