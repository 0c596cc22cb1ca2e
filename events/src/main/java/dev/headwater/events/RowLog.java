package dev.headwater.events;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.wire.EmbeddingRow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The three embedding topics as one log of rows: what they are called, and the only place where
 * their bytes become a {@link RowRecord}. Immutable.
 */
public final class RowLog {
  private final String cold;
  private final String tuned;
  private final String rollback;

  /** Creates one for an installation's topics. */
  public RowLog(Topics topics) {
    cold = topics.coldStartRows();
    tuned = topics.fineTunedRows();
    rollback = topics.rollbackRows();
  }

  /** Returns the full names of the topics. */
  public List<String> topics() {
    return List.of(cold, tuned, rollback);
  }

  /** Returns the full name of a topic. */
  public String topic(RowRecord.Kind kind) {
    return switch (kind) {
      case COLD -> cold;
      case TUNED -> tuned;
      case ROLLBACK -> rollback;
    };
  }

  /** Returns which of the topics bears this name, or null when none does. */
  public RowRecord.@Nullable Kind kind(String topic) {
    if (topic.equals(cold)) {
      return RowRecord.Kind.COLD;
    }
    if (topic.equals(tuned)) {
      return RowRecord.Kind.TUNED;
    }
    return topic.equals(rollback) ? RowRecord.Kind.ROLLBACK : null;
  }

  /**
   * Reads a record. The weights of a domain's ranker are rows as well ({@link RowRecord#isRanker}):
   * whoever keeps items only leaves them aside.
   *
   * @return null for what stands in the topic without being a row: claims and heartbeats, and in
   *     the cold topic whatever bears the ranker's name. A request to delete an item ({@link
   *     ItemRequest}) is a record of that item
   * @throws RejectedRecordException when it is no row: no key, a key that is not a row's, bytes
   *     that are not a row's, a vector that cannot be unpacked
   */
  public @Nullable RowRecord read(ConsumerRecord<byte[], byte[]> record)
      throws RejectedRecordException {
    return read(record, key -> true);
  }

  /**
   * The same for a reader that needs some rows only; values of the others are not looked at.
   *
   * @param wanted tells by the key
   * @return null for what is not wanted as well
   */
  public @Nullable RowRecord read(
      ConsumerRecord<byte[], byte[]> record, Predicate<Keys.RowKey> wanted)
      throws RejectedRecordException {
    RowRecord.Kind kind = kind(record.topic());
    if (kind == null) {
      throw new IllegalArgumentException(record.topic() + " is no topic of rows");
    }
    Keys.RowKey at = key(record.key());
    Keys.RowKey key = subject(kind, at, record.value());
    boolean weights = key.item().equals(Identifiers.RANKER_ITEM) && kind != RowRecord.Kind.COLD;
    if ((Identifiers.isReserved(key.item()) && !weights) || !wanted.test(key)) {
      return null;
    }
    byte[] value = record.value();
    return new RowRecord(
        kind,
        key,
        record.partition(),
        record.offset(),
        record.timestamp(),
        DeletionHeader.read(record.headers()),
        value == null ? IncarnationHeader.read(record.headers()) : IncarnationHeader.NONE,
        value == null && RetiredHeader.isOn(record.headers()),
        !key.equals(at),
        value == null ? null : row(value));
  }

  /** Returns the key of the item that a record is about, where it is a request as well. */
  private static Keys.RowKey subject(
      RowRecord.Kind kind, Keys.RowKey key, byte @Nullable [] value) {
    String item = ItemRequest.item(key.item());
    if (item == null || kind != RowRecord.Kind.COLD || value != null) {
      return key;
    }
    return new Keys.RowKey(key.domain(), key.model(), item);
  }

  private static Keys.RowKey key(byte @Nullable [] key) throws RejectedRecordException {
    if (key == null) {
      throw new RejectedRecordException(ReasonCode.KEY_MISMATCH, "the record has no key");
    }
    return Keys.parseRow(new String(key, StandardCharsets.UTF_8));
  }

  private static EmbeddingRow row(byte[] value) throws RejectedRecordException {
    EmbeddingRow row;
    try {
      row = EmbeddingRow.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new RejectedRecordException(
          ReasonCode.UNDECODABLE, "the value is not a row: " + e.getMessage());
    }
    if (LightRows.isLight(row)) {
      throw new RejectedRecordException(ReasonCode.UNDECODABLE, "the row's vector is empty");
    }
    if (!Vectors.isReadable(row.getVector())
        || !Vectors.isReadable(row.getTextVector())
        || !Vectors.isReadable(row.getSourceVector())
        || !Vectors.isReadable(row.getOptimizerFirstMoment())
        || !Vectors.isReadable(row.getOptimizerSecondMoment())) {
      throw new RejectedRecordException(
          ReasonCode.UNDECODABLE, "a vector of the row cannot be unpacked");
    }
    return row;
  }
}
