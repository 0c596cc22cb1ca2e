package dev.headwater.ingest;

import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionHeader;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.ItemRequest;
import dev.headwater.events.Keys;
import dev.headwater.events.json.RejectedRecordException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * What carrying out a deletion sends.
 *
 * @param receipt whether it goes to {@code deletion-receipts} rather than to the subject's topic
 * @param value null for a tombstone
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
record Deleted(boolean receipt, byte @Nullable [] value) {
  /** Puts what is about an item into the partition of its own records. */
  static final StreamPartitioner<byte[], byte[]> BESIDE_ITEM =
      (topic, key, value, partitions) ->
          Optional.of(
              Set.of(new HomePartition(partitions).of(bytes(ItemRequest.subject(subject(key))))));

  /** Returns the record for the subject's own topic. */
  static Record<byte[], Deleted> subject(byte[] key, byte @Nullable [] value, long deletedMs) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(DeletionHeader.of(deletedMs));
    return new Record<>(key, new Deleted(false, value), deletedMs, headers);
  }

  /**
   * Returns the tombstone of an item; {@code incarnation} is negative where its incarnation is
   * unknown.
   */
  static Record<byte[], Deleted> item(byte[] key, long deletedMs, long incarnation) {
    Record<byte[], Deleted> tombstone = subject(key, null, deletedMs);
    if (incarnation >= 0) {
      tombstone.headers().add(IncarnationHeader.of(incarnation));
    }
    return tombstone;
  }

  /**
   * Returns the request itself, beside the item's records: what is over when it is read need not be
   * what it ends, and whoever holds rows owes a receipt all the same.
   *
   * @param over the last incarnation that is over, negative where none is known to be
   */
  static Record<byte[], Deleted> request(byte[] key, long deletedMs, long over) {
    Keys.DomainKey item = subject(key);
    return item(key, deletedMs, over)
        .withKey(bytes(new Keys.DomainKey(item.domain(), ItemRequest.id(item.id()))));
  }

  /** Returns ingest's receipt. */
  static Record<byte[], Deleted> receipt(
      Deletion.Kind kind, byte[] key, long deletedMs, long absentMs) {
    DeletionReceipt receipt =
        DeletionReceipt.of(DeletionReceipt.INGEST, kind, subject(key), deletedMs, absentMs);
    return new Record<>(
        receipt.key().getBytes(StandardCharsets.UTF_8),
        new Deleted(true, receipt.toJson()),
        absentMs);
  }

  private static byte[] bytes(Keys.DomainKey key) {
    return key.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the parts of a key that {@link DeletionCheck} made. */
  static Keys.DomainKey subject(byte[] key) {
    try {
      return Keys.parse(new String(key, StandardCharsets.UTF_8));
    } catch (RejectedRecordException e) {
      throw new IllegalStateException("a checked deletion has no subject", e);
    }
  }
}
