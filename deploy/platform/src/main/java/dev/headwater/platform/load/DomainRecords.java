package dev.headwater.platform.load;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionTime;
import dev.headwater.events.Keys;
import dev.headwater.events.Signals;
import dev.headwater.events.Topics;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Event;
import dev.headwater.idp.data.Item;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@code catalog.accepted}, {@code user-histories} and {@code deletions} say of one domain, in
 * whatever order the topics are read. Whoever was deleted, by tombstone or by a request that no
 * other part has carried out yet, is not in it; nor are dislikes, and items that are disliked
 * since. What comes after the end as it stood at the start is left out. For one thread.
 */
final class DomainRecords implements TopicFollower.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(DomainRecords.class);
  private static final int NAMED_MAX = 20;

  private final String domain;
  private final Topics topics;
  private final int itemsMax;
  private final DrawnHistories histories;
  private final Map<String, Listed> catalog = new HashMap<>();
  private final Map<String, Long> deletedUsers = new HashMap<>();
  private final Map<String, Long> deletedItems = new HashMap<>();
  private final Map<String, String> names = new HashMap<>();
  private final Set<String> domains = new TreeSet<>();
  private long historyRecords;
  private boolean whole;

  private record Listed(Item item, long beganMs) {}

  /**
   * Creates one.
   *
   * @param eventsMax most events to hold
   * @param itemsMax most items of the domain's catalog
   */
  DomainRecords(String domain, Topics topics, int eventsMax, int itemsMax) {
    this.domain = domain;
    this.topics = topics;
    this.itemsMax = itemsMax;
    this.histories = new DrawnHistories(eventsMax);
  }

  @Override
  public void onRecord(ConsumerRecord<byte[], byte[]> record) {
    if (whole) {
      return;
    }
    try {
      if (record.topic().equals(topics.deletions())) {
        onDeletion(record);
        return;
      }
      Keys.DomainKey key =
          Keys.parse(record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8));
      if (Identifiers.isReserved(key.id())) {
        return; // a heartbeat is neither user nor item
      }
      if (domains.size() < NAMED_MAX || key.domain().equals(domain)) {
        domains.add(key.domain());
      }
      if (record.topic().equals(topics.userHistories())) {
        historyRecords++;
        if (key.domain().equals(domain)) {
          onHistory(key.id(), record);
        }
      } else if (key.domain().equals(domain)) {
        onItem(key.id(), record);
      }
    } catch (RejectedRecordException | InvalidProtocolBufferException e) {
      LOG.debug("passed over: {} offset {}", record.topic(), record.offset(), e);
    }
  }

  @Override
  public void onCaughtUp() {
    whole = true;
  }

  /** What is no request is passed over: ingest makes a dead letter of it. */
  private void onDeletion(ConsumerRecord<byte[], byte[]> record) throws RejectedRecordException {
    Deletion deletion = Deletion.read(record);
    if (deletion != null && deletion.domain().equals(domain)) {
      boolean user = deletion.kind() == Deletion.Kind.USER;
      (user ? deletedUsers : deletedItems).merge(deletion.id(), record.timestamp(), Math::max);
    }
  }

  private void onItem(String id, ConsumerRecord<byte[], byte[]> record)
      throws InvalidProtocolBufferException {
    if (record.value() == null) {
      catalog.remove(id);
      return;
    }
    AcceptedItem item = AcceptedItem.parseFrom(record.value());
    catalog.put(
        id,
        new Listed(
            new Item(id, item.getTitle(), item.getBrand(), List.copyOf(item.getCategoriesList())),
            DeletionTime.beganMs(item)));
    if (catalog.size() > itemsMax) {
      throw TuningProblem.TOO_MANY_ITEMS.says(
          "domain %s has more than %,d items".formatted(domain, itemsMax));
    }
  }

  private void onHistory(String user, ConsumerRecord<byte[], byte[]> record)
      throws InvalidProtocolBufferException {
    List<HistoryEntry> taken =
        record.value() == null ? List.of() : taken(UserHistory.parseFrom(record.value()));
    if (taken.isEmpty()) {
      histories.remove(user);
      return;
    }
    String[] items = new String[taken.size()];
    long[] seconds = new long[items.length];
    for (int i = 0; i < items.length; i++) {
      String item = taken.get(i).getItem();
      items[i] = names.computeIfAbsent(item, name -> name);
      seconds[i] = taken.get(i).getEventTimeMs() / 1000;
    }
    histories.put(user, new DrawnHistories.History(items, seconds, record.timestamp()));
  }

  private static List<HistoryEntry> taken(UserHistory history) {
    Set<String> disliked = Signals.disliked(history.getEntriesList());
    return history.getEntriesList().stream()
        .filter(entry -> !Signals.isDislike(entry) && !disliked.contains(entry.getItem()))
        .toList();
  }

  /** Returns the domain, items and users in the order of their names. */
  DomainData domain() {
    Map<String, Item> items = new TreeMap<>();
    catalog.forEach(
        (id, listed) -> {
          Long deletedMs = deletedItems.get(id);
          if (deletedMs == null || !DeletionTime.ends(deletedMs, listed.beganMs())) {
            items.put(id, listed.item());
          }
        });
    List<Event> events = new ArrayList<>();
    histories
        .all()
        .forEach(
            (user, history) -> {
              Long deletedMs = deletedUsers.get(user);
              if (deletedMs == null || history.writtenMs() > deletedMs) {
                add(events, user, history, items);
              }
            });
    return new DomainData(domain, List.copyOf(items.values()), events, true);
  }

  private static void add(
      List<Event> events, String user, DrawnHistories.History history, Map<String, Item> items) {
    for (int i = 0; i < history.items().length; i++) {
      Item item = items.get(history.items()[i]);
      if (item != null) {
        events.add(new Event(user, item.id(), history.seconds()[i]));
      }
    }
  }

  /** One user in so many is in it. */
  int oneIn() {
    return histories.oneIn();
  }

  /** How many records of {@code user-histories} were read, of any domain. */
  long historyRecords() {
    return historyRecords;
  }

  /** Names of domains that were met, twenty at most, this one if it was among them. */
  Set<String> domains() {
    return domains;
  }
}
