package dev.headwater.ingest;

import dev.headwater.events.Interaction;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.UserHistory;
import org.jspecify.annotations.Nullable;

/** How an event enters a history: at its place by event time, after others of the same time. */
final class Histories {
  private Histories() {}

  /**
   * The history after an event.
   *
   * @param history as stored and published
   * @param left the entry that found no place any more, null while the history is not full: the
   *     oldest, or the event itself where it is older than all of a full history
   */
  record Appended(UserHistory history, @Nullable HistoryEntry left) {}

  /** Returns the hash by which a repeat of the event is found. */
  static long eventHash(byte[] userKey, String eventId) {
    return new Hash64().add(userKey).add(eventId).value();
  }

  /** Tells whether an event with this hash stands in the history. */
  static boolean holds(UserHistory history, long eventHash) {
    for (int i = history.getEntriesCount() - 1; i >= 0; i--) {
      if (history.getEntries(i).getEventHash() == eventHash) {
        return true;
      }
    }
    return false;
  }

  /** Tells whether every event of this user so far stands in the history. */
  static boolean isWhole(UserHistory history) {
    return history.getSeq() == history.getEntriesCount();
  }

  /**
   * Appends an event.
   *
   * @param before the history so far; the default instance for a new user
   * @param maxLength items to keep
   */
  static Appended append(
      UserHistory before,
      Interaction event,
      long eventHash,
      long publishedMs,
      long acceptedMs,
      int maxLength) {
    HistoryEntry entry =
        HistoryEntry.newBuilder()
            .setItem(event.item())
            .setEventTimeMs(event.timestampMs())
            .setType(event.type())
            .setEventHash(eventHash)
            .build();
    int place = place(before, event.timestampMs());
    boolean full = before.getEntriesCount() >= maxLength;
    UserHistory.Builder after =
        before.toBuilder()
            .setDomain(event.domain())
            .setUser(event.user())
            .setSeq(before.getSeq() + 1)
            .setCause(UserHistory.Cause.EVENT)
            .setEventId(event.eventId())
            .setEventTimeMs(event.timestampMs())
            .setPublishedMs(publishedMs)
            .setAcceptedMs(acceptedMs)
            .setPosition(event.position())
            .setRecommendationId(event.recommendationId() == null ? "" : event.recommendationId());
    if (full && place == 0) {
      return new Appended(after.setNewIndex(-1).build(), entry);
    }
    after.addEntries(place, entry);
    if (!full) {
      return new Appended(after.setNewIndex(place).build(), null);
    }
    after.removeEntries(0);
    return new Appended(after.setNewIndex(place - 1).build(), before.getEntries(0));
  }

  private static int place(UserHistory history, long timeMs) {
    int place = history.getEntriesCount();
    while (place > 0 && history.getEntries(place - 1).getEventTimeMs() > timeMs) {
      place--;
    }
    return place;
  }
}
