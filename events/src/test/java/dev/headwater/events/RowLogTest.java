package dev.headwater.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.Vector;
import dev.headwater.events.wire.VectorFormat;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowLogTest {
  private static final String KEY = "toys/m1/a/b";
  private static final RowLog LOG = new RowLog(new Topics("acme."));
  private static final EmbeddingRow ROW =
      EmbeddingRow.newBuilder().setItem("a/b").setVector(Vectors.fp32(new float[] {1, 2})).build();

  @ParameterizedTest
  @ValueSource(strings = {"", "toys", "toys/m1", "toys/m1/", "/m1/a", "toys//a"})
  void refusesAKeyThatIsNotARows(String key) {
    assertRefused(key, ROW.toByteArray(), ReasonCode.KEY_MISMATCH);
  }

  @Test
  void refusesARecordWithoutKey() {
    assertRefused(null, ROW.toByteArray(), ReasonCode.KEY_MISMATCH);
  }

  @Test
  void refusesBytesThatAreNotARow() {
    assertRefused(KEY, new byte[] {(byte) 0xff, 1, 2}, ReasonCode.UNDECODABLE);
  }

  @Test
  void refusesALightRow() {
    assertRefused(KEY, LightRows.of(ROW).toByteArray(), ReasonCode.UNDECODABLE);
  }

  @Test
  void refusesVectorsThatCannotBeUnpacked() {
    Vector half = Vector.newBuilder().setData(ByteString.copyFrom(new byte[6])).build();
    Vector later = Vectors.int8(new float[] {1}).toBuilder().setFormatValue(9).build();
    for (Vector broken : List.of(half, later)) {
      for (EmbeddingRow row :
          List.of(
              ROW.toBuilder().setVector(broken).build(),
              ROW.toBuilder().setTextVector(broken).build(),
              ROW.toBuilder().setSourceVector(broken).build(),
              ROW.toBuilder().setOptimizerFirstMoment(broken).build(),
              ROW.toBuilder().setOptimizerSecondMoment(broken).build())) {
        assertRefused(KEY, row.toByteArray(), ReasonCode.UNDECODABLE);
      }
    }
    assertThat(half.getFormat()).isEqualTo(VectorFormat.FP32);
  }

  @Test
  void refusesToReadAnotherTopic() {
    ConsumerRecord<byte[], byte[]> record = record("acme.catalog", KEY, ROW.toByteArray());
    assertThatThrownBy(() -> LOG.read(record)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void leavesOutClaimsAndHeartbeats() throws RejectedRecordException {
    for (String item : List.of(Identifiers.CLAIM_ITEM, Identifiers.HEARTBEAT_PREFIX + "-1")) {
      assertThat(LOG.read(record("acme.embeddings.fine-tuned", "toys/m1/" + item, null))).isNull();
    }
  }

  @Test
  void readsTheRankersWeightsWhereTheyStandAndNowhereElse() throws RejectedRecordException {
    String key = "toys/m1/" + Identifiers.RANKER_ITEM;
    byte[] weights =
        EmbeddingRow.newBuilder().setRanker(ByteString.copyFromUtf8("w")).build().toByteArray();
    for (RowRecord.Kind kind : RowRecord.Kind.values()) {
      RowRecord row = LOG.read(record(LOG.topic(kind), key, weights));
      assertThat(row != null && row.isRanker()).isEqualTo(kind != RowRecord.Kind.COLD);
    }
    RowRecord item = LOG.read(record(LOG.topic(RowRecord.Kind.TUNED), KEY, ROW.toByteArray()));
    assertThat(item != null && !item.isRanker()).isTrue();
  }

  @Test
  void looksAtNoValueThatIsNotWanted() throws RejectedRecordException {
    ConsumerRecord<byte[], byte[]> broken =
        record("acme.embeddings.cold-start", KEY, new byte[] {(byte) 0xff});
    assertThat(LOG.read(broken, key -> !key.domain().equals("toys"))).isNull();
  }

  @ParameterizedTest
  @EnumSource(RowRecord.Kind.class)
  void readsRowsAndTombstonesOfEachTopic(RowRecord.Kind kind) throws RejectedRecordException {
    assertThat(LOG.topics()).hasSize(3).contains(LOG.topic(kind));
    assertThat(LOG.kind(LOG.topic(kind))).isEqualTo(kind);
    RowRecord row = LOG.read(record(LOG.topic(kind), KEY, ROW.toByteArray()));
    assertThat(row)
        .isEqualTo(
            new RowRecord(
                kind, new Keys.RowKey("toys", "m1", "a/b"), 3, 17, 99, 5, -1, false, false, ROW));
    RowRecord tombstone = LOG.read(record(LOG.topic(kind), KEY, null));
    assertThat(tombstone)
        .isEqualTo(
            new RowRecord(
                kind, new Keys.RowKey("toys", "m1", "a/b"), 3, 17, 99, 5, 8, false, false, null));
  }

  /** What comes of the item later takes no place of it, and no offset of the item is after it. */
  @Test
  void aRequestBesideAnItemEndsWhatItNamesWhereverThatStands() throws RejectedRecordException {
    String topic = "acme.embeddings.cold-start";
    RowRecord request =
        Objects.requireNonNull(LOG.read(record(topic, "toys/m1/~deletion/a", null)));
    assertThat(request.item()).isEqualTo("a");
    assertThat(request.deletedMs()).isEqualTo(5);
    EmbeddingRow over = ROW.toBuilder().setIncarnation(8).build();
    EmbeddingRow since = ROW.toBuilder().setIncarnation(9).build();
    MergedRow merged = MergedRow.EMPTY.withCold(1, over).with(request);
    assertThat(merged.cold()).isNull();
    assertThat(merged.withCold(40, over).cold()).isNull();
    assertThat(merged.withCold(2, since).with(request).cold()).isEqualTo(since);
    RowRecord naming =
        new RowRecord(RowRecord.Kind.COLD, request.key(), 3, 17, 99, 5, -1, false, true, null);
    assertThat(MergedRow.EMPTY.withCold(1, over).with(naming).cold())
        .as("one that names no incarnation ends nothing")
        .isEqualTo(over);
    assertThat(LOG.read(record(topic, "toys/m1/~deletion/a", ROW.toByteArray()))).isNull();
  }

  private static void assertRefused(
      @Nullable String key, byte @Nullable [] value, ReasonCode reason) {
    ConsumerRecord<byte[], byte[]> record = record("acme.embeddings.cold-start", key, value);
    assertThatThrownBy(() -> LOG.read(record))
        .isInstanceOfSatisfying(
            RejectedRecordException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static ConsumerRecord<byte[], byte[]> record(
      String topic, @Nullable String key, byte @Nullable [] value) {
    byte[] bytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
            topic,
            3,
            17,
            99,
            TimestampType.CREATE_TIME,
            0,
            0,
            bytes,
            value,
            new RecordHeaders(),
            Optional.empty());
    record.headers().add(DeletionHeader.of(5)).add(IncarnationHeader.of(8));
    return record;
  }
}
