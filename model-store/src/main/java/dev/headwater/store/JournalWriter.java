package dev.headwater.store;

import dev.headwater.events.Topics;
import dev.headwater.store.cycle.JournalEntry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * The notes of a primary for its standby, until they are in the topic: they go there with the next
 * transaction, so that an older primary cannot write any. Each says how far rows and announcements
 * counted when it was made. Rows that the store puts among those of rollbacks, to take learning
 * back or to say once more what stands, are in its own table as soon as they are committed, and
 * count from then on; what it ends counts when it is read, as everybody's. Thread-safe.
 */
final class JournalWriter {
  /** More than wait where brokers are away for hours; then the oldest are lost to the standby. */
  private static final int WAITING_MAX = 20_000;

  /** What a producer says of the size of a record that ends something. */
  private static final int NO_VALUE = -1;

  private final String node;
  private final String announcements;
  private final String rollbackRows;
  private final Deque<JournalEntry> waiting = new ArrayDeque<>();
  private final Map<String, Long> appended = new HashMap<>();
  private final Map<String, Long> uncommitted = new HashMap<>();
  private long announced;
  private long announcedUncommitted;

  /**
   * Creates one.
   *
   * @param node who writes
   * @param announced the announcement log counts up to here
   */
  JournalWriter(String node, Topics topics, long announced) {
    this.node = node;
    this.announced = announced;
    announcements = topics.announcements();
    rollbackRows = topics.rollbackRows();
  }

  synchronized void note(JournalEntry.Deed deed, Map<String, Long> offsets) {
    waiting.addLast(entry(deed, offsets));
    if (waiting.size() > WAITING_MAX) {
      waiting.removeFirst();
    }
  }

  synchronized void progress(Map<String, Long> offsets) {
    JournalEntry last = waiting.peekLast();
    if (last != null && last.deed().kind() == JournalEntry.Kind.PROGRESS) {
      waiting.removeLast(); // brokers are away, and one is enough
    }
    note(JournalEntry.Deed.PROGRESS, offsets);
  }

  private JournalEntry entry(JournalEntry.Deed deed, Map<String, Long> offsets) {
    Map<String, Long> upTo = new HashMap<>(appended);
    offsets.forEach((partition, next) -> upTo.merge(partition, next, Math::max));
    return new JournalEntry(node, announced, upTo, deed);
  }

  /** Returns what is to be written, oldest first; it waits on until {@link #written}. */
  synchronized List<JournalEntry> waiting() {
    return List.copyOf(waiting);
  }

  /** What predecessors announced was read up to here. */
  synchronized void read(long announcements) {
    announced = Math.max(announced, announcements);
  }

  /** A record was appended; it counts once its transaction is committed. */
  synchronized void appended(RecordMetadata place) {
    if (place.topic().equals(announcements)) {
      announcedUncommitted = Math.max(announcedUncommitted, place.offset() + 1);
    } else if (place.topic().equals(rollbackRows) && place.serializedValueSize() != NO_VALUE) {
      String partition = place.topic() + "/" + place.partition();
      uncommitted.merge(partition, place.offset() + 1, Math::max);
    }
  }

  /** A transaction was committed, and with it these entries. */
  synchronized void written(List<JournalEntry> entries) {
    entries.forEach(waiting::remove);
    announced = Math.max(announced, announcedUncommitted);
    uncommitted.forEach((partition, next) -> appended.merge(partition, next, Math::max));
    aborted();
  }

  /** A transaction came to nothing. */
  synchronized void aborted() {
    announcedUncommitted = 0;
    uncommitted.clear();
  }
}
