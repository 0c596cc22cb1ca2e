package dev.headwater.store;

import dev.headwater.events.Deletion;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.store.cycle.ItemDeletion;
import dev.headwater.store.cycle.StoreEngine;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.WriteSet;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes requests of topic {@code deletions}. What counts is the record's publish time: lives that
 * began later are kept. Requests about users are not the store's; what is no request is passed over
 * as everywhere, ingest makes a dead letter of it. The offset is kept after the receipt was
 * appended, so that a request survives any crash; a node that no longer announces leaves the
 * receipt, and this request and those after it, to the one that does.
 */
final class DeletionHandler implements TopicFollower.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(DeletionHandler.class);

  /** Requests that are done together at most. */
  private static final int BATCH = 1_000;

  private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

  private final StoreEngine engine;
  private final Runnable dropCopies;
  private final List<ItemDeletion> due = new ArrayList<>();
  private final Map<String, Long> next = new HashMap<>();
  private boolean fenced;

  /** What was done and is still to be said: the announcement log may be away for a while. */
  private final Deque<Supplier<Map<String, Long>>> receipts = new ArrayDeque<>();

  private long triedNs;

  /**
   * Creates one.
   *
   * @param dropCopies drops snapshots that may hold what was deleted
   */
  DeletionHandler(StoreEngine engine, Runnable dropCopies) {
    this.engine = engine;
    this.dropCopies = dropCopies;
  }

  @Override
  public void onRecord(ConsumerRecord<byte[], byte[]> record) {
    ItemDeletion request = ofItem(record);
    if (request != null) {
      due.add(request);
    }
    next.put(record.topic() + "/" + record.partition(), record.offset() + 1);
    if (due.size() == BATCH) {
      onBatchEnd();
    }
  }

  /** Requests that came together are taken out of the files together. */
  @Override
  public void onBatchEnd() {
    if (!fenced && !due.isEmpty()) {
      begin(List.copyOf(due));
    }
    due.clear();
    sayAndGoOn();
  }

  @Override
  public void onTick() {
    if (!receipts.isEmpty() && System.nanoTime() - triedNs > TRY_AGAIN.toNanos()) {
      sayAndGoOn();
    }
  }

  private void begin(List<ItemDeletion> items) {
    try {
      receipts.addAll(engine.deleteBeforeReceipts(items, dropCopies));
    } catch (StoreException e) {
      leaveToThePrimary(e);
    }
  }

  /** Says what was done; the offset follows once all of it is said. */
  private void sayAndGoOn() {
    while (!fenced && !receipts.isEmpty()) {
      try {
        var unused = receipts.getFirst().get();
        receipts.removeFirst();
      } catch (StoreException e) {
        if (e.code() == StoreException.Code.LOG_UNAVAILABLE) {
          LOG.warn("{} receipts are tried again: {}", receipts.size(), e.getMessage());
          triedNs = System.nanoTime();
          return;
        }
        leaveToThePrimary(e);
      }
    }
    if (!fenced && !next.isEmpty()) {
      WriteSet offsets = new WriteSet();
      next.forEach(offsets::offset);
      engine.locked(
          () -> {
            engine.store().write(offsets);
            return null;
          });
    }
    next.clear();
  }

  private void leaveToThePrimary(StoreException e) {
    if (e.code() != StoreException.Code.NOT_PRIMARY) {
      throw e;
    }
    LOG.info("left the receipts of requests to delete to the primary");
    fenced = true;
    receipts.clear();
  }

  /** Returns the request, or null when it is not about an item. */
  static @Nullable ItemDeletion ofItem(ConsumerRecord<byte[], byte[]> record) {
    try {
      Deletion deletion = Deletion.read(record);
      return deletion == null || deletion.kind() != Deletion.Kind.ITEM
          ? null
          : new ItemDeletion(
              deletion.domain(), deletion.id(), record.timestamp(), deletion.requestedBy());
    } catch (RejectedRecordException e) {
      LOG.warn("passed over a deletion at offset {}: {}", record.offset(), e.getMessage());
      return null;
    }
  }
}
