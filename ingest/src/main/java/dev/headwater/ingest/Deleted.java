package dev.headwater.ingest;

import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionHeader;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.Keys;
import dev.headwater.events.json.RejectedRecordException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.internals.RecordHeaders;
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

  /** Returns the parts of a key that {@link DeletionCheck} made. */
  static Keys.DomainKey subject(byte[] key) {
    try {
      return Keys.parse(new String(key, StandardCharsets.UTF_8));
    } catch (RejectedRecordException e) {
      throw new IllegalStateException("a checked deletion has no subject", e);
    }
  }
}
