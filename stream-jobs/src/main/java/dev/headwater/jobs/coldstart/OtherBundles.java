package dev.headwater.jobs.coldstart;

import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.LightRows;
import dev.headwater.events.MergedRow;
import dev.headwater.events.RowLog;
import dev.headwater.events.RowRecord;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.jobs.DomainModel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The cold rows of a domain under all bundles but one, as they stand: read to the end, then
 * followed, for as long as rows are carried over. Thread-safe.
 */
final class OtherBundles implements AutoCloseable {
  private final DomainModel model;
  private final RowLog rows;
  private final Map<String, Map<String, MergedRow>> byItem = new ConcurrentHashMap<>();
  private final Map<String, Long> requests = new ConcurrentHashMap<>();
  private final Set<String> changed = ConcurrentHashMap.newKeySet();
  private final Set<String> retired = ConcurrentHashMap.newKeySet();
  private final Map<String, EmbeddingRow> lastOfRetired = new ConcurrentHashMap<>();
  private final Surroundings.Following follower;

  OtherBundles(String name, Surroundings around, DomainModel model) {
    this.model = model;
    rows = new RowLog(around.topics());
    follower =
        around.followDomain(
            name, model.domain(), List.of(around.topics().coldStartRows()), this::onRecord);
  }

  private void onRecord(ConsumerRecord<byte[], byte[]> record) {
    try {
      RowRecord row =
          rows.read(
              record,
              key -> key.domain().equals(model.domain()) && !key.model().equals(model.bundleId()));
      if (row != null && row.retired()) {
        retire(row);
      } else if (row != null) {
        byItem
            .computeIfAbsent(row.item(), item -> new ConcurrentHashMap<>())
            .merge(
                row.key().model(),
                MergedRow.EMPTY.with(row).mapCold(LightRows::withText),
                (was, is) -> was.with(row).mapCold(LightRows::withText));
        if (row.deletedMs() > 0) {
          requests.merge(row.item(), row.deletedMs(), Math::max);
        }
        changed.add(row.item());
      }
    } catch (RejectedRecordException e) {
      return; // the follower of the line has reported it
    }
  }

  /** The row ends with its bundle; what it said of the item's text stands. */
  private void retire(RowRecord row) {
    retired.add(row.item());
    MergedRow gone =
        byItem
            .getOrDefault(row.item(), new ConcurrentHashMap<>())
            .getOrDefault(row.key().model(), MergedRow.EMPTY);
    EmbeddingRow cold = gone.cold();
    if (cold != null) {
      lastOfRetired.merge(row.item(), cold, (was, is) -> isNewer(is, was) ? is : was);
    }
    byItem.getOrDefault(row.item(), new ConcurrentHashMap<>()).remove(row.key().model());
  }

  /** Waits until the topic is read to where it ended at the start. */
  void awaitCaughtUp(Duration atMost) throws InterruptedException {
    if (!follower.awaitCaughtUp(atMost)) {
      throw new IllegalStateException(
          "the rows of other bundles were not read within " + atMost, follower.failure());
    }
  }

  /** Returns the items whose rows changed since the last call; at first all. */
  Set<String> takeChanged() {
    Set<String> taken = new TreeSet<>(changed);
    changed.removeAll(taken);
    return taken;
  }

  /** Lets an item be looked at again. */
  void lookAgain(String item) {
    changed.add(item);
  }

  /**
   * Returns the newest row of an item, without vectors, null where it has none or has ended, under
   * whatever bundle: a row may have come behind the end under its own, and compaction taken that.
   * One that ended with its bundle is among them: a text may have changed while that was retired.
   */
  @Nullable EmbeddingRow standing(String item) {
    EmbeddingRow newest = lastOfRetired.get(item);
    for (MergedRow merged : byItem.getOrDefault(item, Map.of()).values()) {
      EmbeddingRow cold = merged.cold();
      if (cold != null && (newest == null || isNewer(cold, newest))) {
        newest = cold;
      }
    }
    return newest != null && newest.getIncarnation() > ended(item) ? newest : null;
  }

  /** Returns the last incarnation of an item that ended, -1 where none is known to. */
  long ended(String item) {
    return byItem.getOrDefault(item, Map.of()).values().stream()
        .mapToLong(merged -> merged.ended().incarnation())
        .max()
        .orElse(IncarnationHeader.NONE);
  }

  /** Returns when the last request to delete an item was published, 0 for none. */
  long requestedMs(String item) {
    return requests.getOrDefault(item, 0L);
  }

  /** Tells whether a row of an item ended with its bundle: the item goes on. */
  boolean isRetired(String item) {
    return retired.contains(item);
  }

  /** Tells whether a row is of a later incarnation or, in the same one, of a later text. */
  static boolean isNewer(EmbeddingRow row, EmbeddingRow than) {
    return row.getIncarnation() != than.getIncarnation()
        ? row.getIncarnation() > than.getIncarnation()
        : row.getRevision() > than.getRevision();
  }

  @Override
  public void close() {
    follower.close();
  }
}
