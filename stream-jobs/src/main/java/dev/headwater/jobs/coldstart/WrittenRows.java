package dev.headwater.jobs.coldstart;

import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.EmbeddingRow;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What this attempt decided last for an item, because the follower sees it only after it went
 * through Kafka. Bounded: an entry is needed for the milliseconds until the follower has it.
 * Thread-safe.
 */
final class WrittenRows {
  private final Map<String, Text> latest;
  private final Map<String, Long> ended;

  /**
   * An incarnation and text of an item.
   *
   * @param incarnation the incarnation, -1 for deleted
   * @param revision the text
   */
  record Text(long incarnation, long revision) {
    static final Text DELETED = new Text(-1, -1);

    /** Returns that of an accepted item. */
    static Text of(AcceptedItem item) {
      return new Text(item.getIncarnation(), item.getRevision());
    }

    /** Returns that of a row. */
    static Text of(EmbeddingRow row) {
      return new Text(row.getIncarnation(), row.getRevision());
    }

    /** Tells whether this one is the same as the other or came after it. */
    boolean covers(Text other) {
      return incarnation > other.incarnation
          || (incarnation == other.incarnation && revision >= other.revision);
    }
  }

  WrittenRows(int capacity) {
    latest = bounded(capacity);
    ended = bounded(capacity);
  }

  private static <V> Map<String, V> bounded(int capacity) {
    return new LinkedHashMap<>(16, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
        return size() > capacity;
      }
    };
  }

  synchronized @Nullable Text get(String key) {
    return latest.get(key);
  }

  /** Runs something during which nothing new is decided. */
  synchronized void hold(Runnable work) {
    work.run();
  }

  /** An incarnation of an item is over, under every bundle there is and will be. */
  synchronized void end(String domainKey, long incarnation) {
    ended.merge(domainKey, incarnation, Math::max);
  }

  /** Tells whether it was decided that an incarnation of an item is over. */
  synchronized boolean isOver(String domainKey, long incarnation) {
    return incarnation <= ended.getOrDefault(domainKey, IncarnationHeader.NONE);
  }

  /**
   * Tells whether what was decided last under a key comes after a row that stands there. It may
   * have been decided long ago, and the row be of another attempt, or carried from another bundle:
   * then it does not, and neither does a deletion of an incarnation before.
   */
  synchronized boolean hasNewer(String key, String domainKey, Text standing) {
    Text decided = latest.get(key);
    if (decided == null) {
      return false;
    }
    if (decided.equals(Text.DELETED)) {
      long over = ended.getOrDefault(domainKey, IncarnationHeader.NONE);
      return over == IncarnationHeader.NONE || standing.incarnation() <= over;
    }
    return decided.covers(standing) && !decided.equals(standing);
  }

  /** The same of an end that stands there. */
  synchronized boolean hasNewer(String key, long endedIncarnation) {
    Text decided = latest.get(key);
    return decided != null
        && !decided.equals(Text.DELETED)
        && decided.incarnation() > endedIncarnation;
  }

  synchronized void put(String key, Text text) {
    latest.put(key, text);
  }
}
