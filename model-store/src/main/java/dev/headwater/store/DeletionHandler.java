package dev.headwater.store;

import dev.headwater.events.Deletion;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.store.cycle.StoreEngine;
import dev.headwater.store.snapshot.Snapshots;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.WriteSet;
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

  private final StoreEngine engine;
  private final Snapshots snapshots;
  private boolean fenced;

  DeletionHandler(StoreEngine engine, Snapshots snapshots) {
    this.engine = engine;
    this.snapshots = snapshots;
  }

  @Override
  public void onRecord(ConsumerRecord<byte[], byte[]> record) {
    Deletion deletion = ofItem(record);
    fenced |= deletion != null && !delete(deletion, record.timestamp());
    if (fenced) {
      return;
    }
    String partition = record.topic() + "/" + record.partition();
    engine.locked(
        () -> {
          engine.store().write(new WriteSet().offset(partition, record.offset() + 1));
          return null;
        });
  }

  /** Returns the request, or null when it is not about an item. */
  private static @Nullable Deletion ofItem(ConsumerRecord<byte[], byte[]> record) {
    try {
      Deletion deletion = Deletion.read(record);
      return deletion != null && deletion.kind() == Deletion.Kind.ITEM ? deletion : null;
    } catch (RejectedRecordException e) {
      LOG.warn("passed over a deletion at offset {}: {}", record.offset(), e.getMessage());
      return null;
    }
  }

  private boolean delete(Deletion deletion, long requestedMs) {
    try {
      var unused =
          engine.delete(
              deletion.domain(),
              deletion.id(),
              requestedMs,
              deletion.requestedBy(),
              snapshots::dropAll);
      return true;
    } catch (StoreException e) {
      if (e.code() != StoreException.Code.NOT_PRIMARY) {
        throw e;
      }
      LOG.info("left the receipt of {} to the primary", deletion.key());
      return false;
    }
  }
}
