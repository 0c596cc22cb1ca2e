package dev.headwater.chaos;

import dev.headwater.events.DeadLetter;
import dev.headwater.events.MergedRow;
import dev.headwater.events.RowLog;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Topics;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.QualityWindow;
import dev.headwater.events.wire.UserHistory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What the topics say, as a consumer of committed records sees it: which clicks stand in histories,
 * how often, how many were learned, and every record that breaks a rule. Thread-safe.
 */
final class Ledger implements TopicFollower.Handler, AutoCloseable {
  private static final int BROKEN_MAX = 1_000;

  /** {@code ingest.history-length}: no fault sets another one. */
  private static final int HISTORY_LENGTH = 50;

  private final Topics topics;
  private final Map<String, Integer> appended = new HashMap<>();
  private final Map<String, Long> seqs = new HashMap<>();
  private final Map<String, MergedRow> rows = new HashMap<>();
  private final Map<String, EmbeddingRow> last = new HashMap<>();
  private final Map<String, EmbeddingRow> highest = new HashMap<>();
  private final Set<String> deadLetters = new HashSet<>();
  private final List<String> broken = new ArrayList<>();
  private final Map<String, Long> tables = new HashMap<>();
  private final Dropped dropped = new Dropped();
  private final LagClock learning = new LagClock();
  private final RowLog log;
  private final TakenBack takenBack = new TakenBack();
  private final BitSet crowd = new BitSet();
  private String prefix = "";
  private String model = "";
  private long examples;
  private long learned;
  private long learnedAgain;
  private final Map<String, Long> sequences = new HashMap<>();
  private long overtaken;
  private @Nullable TopicFollower follower;

  Ledger(Topics topics) {
    this.topics = topics;
    log = new RowLog(topics);
  }

  /** Counts rows of one domain alone, and as items those of one bundle. */
  synchronized Ledger of(String domain, String bundle) {
    prefix = domain + "/";
    model = prefix + bundle + "/";
    return this;
  }

  /** Begins to read. */
  synchronized Ledger follow(KafkaSettings kafka) {
    follower =
        new TopicFollower(
                "ledger",
                kafka,
                List.of(
                    topics.userHistories(),
                    topics.coldStartRows(),
                    topics.fineTunedRows(),
                    topics.rollbackRows(),
                    topics.deadLetters(),
                    topics.announcements(),
                    topics.quality()),
                this)
            .start();
    return this;
  }

  @Override
  public synchronized void onRecord(ConsumerRecord<byte[], byte[]> record) throws Exception {
    String topic = record.topic();
    String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    byte[] value = record.value();
    if (topic.equals(topics.userHistories())) {
      history(key, value);
    } else if (log.kind(topic) != null) {
      row(key, log.read(record));
    } else if (topic.equals(topics.deadLetters())) {
      deadLetter(key, record);
    } else if (topic.equals(topics.announcements())) {
      announcement(Announcement.parseFrom(value));
    } else {
      dropped.take(QualityWindow.parseFrom(value));
    }
  }

  @Override
  public synchronized void onTick() {
    learning.at(System.currentTimeMillis(), examples, learned + dropped.total());
  }

  private void history(String key, byte[] value) throws Exception {
    if (value == null) {
      return;
    }
    UserHistory history = UserHistory.parseFrom(value);
    if (history.getCause() != UserHistory.Cause.EVENT) {
      return;
    }
    if (history.getEventId().startsWith(Crowd.PREFIX)) {
      crowd(history);
      return;
    }
    if (appended.merge(history.getEventId(), 1, Integer::sum) > 1) {
      breaks("click " + history.getEventId() + " stands in a history twice");
    }
    long before = seqs.getOrDefault(key, 0L);
    if (history.getSeq() != before + 1) {
      breaks("history of " + key + " goes from " + before + " to " + history.getSeq());
    }
    seqs.put(key, history.getSeq());
    long wanted = Math.min(HISTORY_LENGTH, history.getSeq());
    if (history.getEntriesCount() != wanted) {
      breaks(
          "history of %s has %d entries at %d"
              .formatted(key, history.getEntriesCount(), history.getSeq()));
    }
    examples += history.getNewIndex() > 0 ? 1 : 0;
  }

  /** Millions of users with one click each are counted in bits. */
  private void crowd(UserHistory history) {
    int number = Integer.parseInt(history.getEventId().substring(Crowd.PREFIX.length()));
    if (crowd.get(number) || history.getSeq() != 1) {
      breaks("click " + history.getEventId() + " stands in a history twice, or is not its first");
    }
    crowd.set(number);
  }

  private void row(String key, @Nullable RowRecord record) {
    if (record == null || record.isRanker() || !key.startsWith(prefix)) {
      return;
    }
    MergedRow was = rows.getOrDefault(key, MergedRow.EMPTY);
    MergedRow is = was.with(record);
    rows.put(key, is);
    EmbeddingRow row = record.row();
    if (row == null || record.kind() == RowRecord.Kind.COLD) {
      return;
    }
    learned += takenBack.learned(key, was, is, record);
    if (record.kind() == RowRecord.Kind.ROLLBACK) {
      return;
    }
    highest.merge(key, row, (a, b) -> isHigher(b, a) ? b : a);
    EmbeddingRow before = last.put(key, row);
    if (before != null && !isHigher(row, before)) {
      overtaken++;
    }
  }

  private static boolean isHigher(EmbeddingRow row, EmbeddingRow than) {
    return row.getIncarnation() != than.getIncarnation()
        ? row.getIncarnation() > than.getIncarnation()
        : MergedRow.VERSION_ORDER.compare(row.getVersion(), than.getVersion()) > 0;
  }

  private void deadLetter(String key, ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return;
    }
    DeadLetter letter = DeadLetter.from(record.headers());
    if (letter != null && !deadLetters.add(key)) {
      breaks("dead letter " + key + " was written twice");
    }
  }

  private void announcement(Announcement a) {
    long sequence = sequences.getOrDefault(a.getDomain(), 0L);
    if (a.getSequence() <= sequence) {
      breaks("announcement " + a.getSequence() + " came after " + sequence);
    }
    sequences.put(a.getDomain(), Math.max(sequence, a.getSequence()));
    if (a.getKind() == Announcement.Kind.ANNOUNCED && a.getTableVersion() > 0) {
      Long before = tables.put(a.getModel(), a.getTableVersion());
      if (before != null && a.getTableVersion() <= before) {
        breaks("table version " + a.getTableVersion() + " was announced after " + before);
      }
    }
  }

  private void breaks(String what) {
    if (broken.size() < BROKEN_MAX) {
      broken.add(what);
    }
  }

  /** Returns and forgets what broke a rule since it was last asked. */
  synchronized List<String> takeBroken() {
    List<String> taken = List.copyOf(broken);
    broken.clear();
    return taken;
  }

  /** Returns and forgets how many rows were followed by one of no higher version. */
  synchronized long takeOvertaken() {
    long taken = overtaken;
    overtaken = 0;
    return taken;
  }

  /** Returns the rows whose last record is not the one of the highest version. */
  synchronized long notTheHighest() {
    return last.entrySet().stream()
        .filter(
            each -> isHigher(highest.getOrDefault(each.getKey(), each.getValue()), each.getValue()))
        .count();
  }

  /** Returns those of these clicks that stand in no history. */
  synchronized Set<String> missing(Set<String> clicks) {
    Set<String> missing = new HashSet<>(clicks);
    missing.removeAll(appended.keySet());
    return missing;
  }

  /** Returns the clicks that stand in a history though they should have been refused. */
  synchronized long accepted(Set<String> clicks) {
    return clicks.stream().filter(appended::containsKey).count();
  }

  /** Returns how many clicks have something before them: each is to be learned once. */
  synchronized long examples() {
    return examples;
  }

  /** Returns how many clicks the rows say that they learned. */
  synchronized long learned() {
    return learned;
  }

  /** Returns how many examples FineTuneJob says that it gave up. */
  synchronized long dropped() {
    return dropped.total();
  }

  synchronized int deadLetters() {
    return deadLetters.size();
  }

  /** Returns how many items have a row, under the bundle that is announced. */
  synchronized long items() {
    return rows.entrySet().stream()
        .filter(each -> each.getKey().startsWith(model) && each.getValue().winner() != null)
        .count();
  }

  /** Returns the row that counts of an item under the announced bundle, null where it has none. */
  synchronized @Nullable EmbeddingRow row(String item) {
    return rows.getOrDefault(model + item, MergedRow.EMPTY).winner();
  }

  /** Returns which text of an item has a row, the newest under any bundle; 0 for none. */
  synchronized long revision(String item) {
    long newest = 0;
    for (String key : standing(item)) {
      EmbeddingRow row = rows.getOrDefault(key, MergedRow.EMPTY).winner();
      newest = Math.max(newest, row == null ? 0 : row.getRevision());
    }
    return newest;
  }

  /** Returns the bundles under which an item has a row. */
  synchronized List<String> standing(String item) {
    return rows.entrySet().stream()
        .filter(each -> each.getKey().endsWith("/" + item) && each.getValue().winner() != null)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Returns how many of a crowd's clicks stand in histories. */
  synchronized int crowd() {
    return crowd.cardinality();
  }

  /** Returns how many of the clicks that rows knew were taken back by rollbacks. */
  synchronized long takenBack() {
    return takenBack.total();
  }

  /** Returns how many of them were not learned again since. */
  synchronized long takenBackForGood() {
    return takenBack.total() - learnedAgain;
  }

  /** Clicks that a fault lets FineTuneJob learn a second time are not counted twice. */
  synchronized void learnedAgain(long clicks) {
    learned -= clicks;
    learnedAgain += clicks;
  }

  /** Returns for how long examples have stood in histories that are not learned, milliseconds. */
  synchronized long learningLagMs() {
    return learning.lagMs();
  }

  /** Fails when the ledger itself cannot read. */
  synchronized void requireHealthy() {
    Exception failure = follower == null ? null : follower.failure();
    if (failure != null) {
      throw new IllegalStateException("the ledger cannot read", failure);
    }
  }

  @Override
  public void close() {
    TopicFollower reading;
    synchronized (this) {
      reading = follower;
    }
    if (reading != null) {
      reading.close();
    }
  }
}
