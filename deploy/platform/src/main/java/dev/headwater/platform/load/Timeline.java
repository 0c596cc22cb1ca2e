package dev.headwater.platform.load;

import dev.headwater.events.json.Interaction;
import dev.headwater.idp.data.Event;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The interactions of one domain in the order of time, ready to publish. Ties (Amazon time stamps
 * are days) are broken by a hash of user and item, unrelated to the item's place in any list. Each
 * event gets a distinct event time: its data time stamp plus its rank among equal ones, in
 * milliseconds; data that know only an order get {@link #BASE_MS} plus that many seconds. Event ids
 * are derived from (domain, user, item, occurrence), so that loading twice changes nothing.
 */
public final class Timeline {
  /** Start of the time line of order-only data, 2020-01-01. */
  public static final long BASE_MS = 1_577_836_800_000L;

  /** Data time stamps below this are positions, not seconds since 1970. */
  private static final long FIRST_REAL_SECOND = 100_000_000L;

  private Timeline() {}

  private record Keyed(Event event, long hash) {}

  /** Returns all interactions of a domain, oldest first. */
  public static List<Interaction> of(String domain, List<Event> events) {
    List<Keyed> ordered = new ArrayList<>(events.size());
    for (Event event : events) {
      ordered.add(new Keyed(event, hash(event.user() + "\u0000" + event.item())));
    }
    ordered.sort(
        Comparator.comparingLong((Keyed k) -> k.event().timestamp())
            .thenComparingLong(Keyed::hash));
    return toInteractions(domain, ordered);
  }

  private static List<Interaction> toInteractions(String domain, List<Keyed> ordered) {
    List<Interaction> result = new ArrayList<>(ordered.size());
    Map<String, Integer> occurrences = new HashMap<>();
    long previousMs = Long.MIN_VALUE;
    for (Keyed keyed : ordered) {
      Event event = keyed.event();
      int occurrence =
          occurrences.merge(event.user() + "\u0000" + event.item(), 1, Integer::sum) - 1;
      long timestampMs = Math.max(toMs(event.timestamp()), previousMs + 1);
      previousMs = timestampMs;
      result.add(
          Interaction.click(
              eventId(domain, event, occurrence), domain, event.user(), event.item(), timestampMs));
    }
    return result;
  }

  private static long toMs(long timestamp) {
    return timestamp < FIRST_REAL_SECOND ? BASE_MS + timestamp * 1000 : timestamp * 1000;
  }

  private static String eventId(String domain, Event event, int occurrence) {
    String name = String.join("\u0000", domain, event.user(), event.item()) + "\u0000" + occurrence;
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }

  /** FNV-1a, then mixed. */
  private static long hash(String text) {
    long h = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      h = (h ^ text.charAt(i)) * 0x100000001b3L;
    }
    h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
    return h ^ (h >>> 33);
  }
}
