package dev.headwater.jobs.finetune;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.events.Keys;
import dev.headwater.events.MergedRow;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Vectors;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.jobs.kafka.OutRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The topics of one domain in memory: what trainers read, write and find when they start again. */
final class TrainerTopics {
  private final List<RowRecord> rows = new ArrayList<>();
  private final List<TrainingExample> clicks = new ArrayList<>();
  private long epochs;

  /** Returns all rows that were written, in order. */
  List<RowRecord> rows() {
    return rows;
  }

  /** Returns all clicks, in order. */
  List<TrainingExample> clicks() {
    return clicks;
  }

  long claim() {
    return epochs += 100;
  }

  void cold(String item, long incarnation, long revision, float[] vector) {
    rows.add(
        SmallModel.record(
            RowRecord.Kind.COLD,
            item,
            rows.size(),
            SmallModel.coldRow(item, incarnation, revision, vector)));
  }

  /** A click on an item by a user who took another before, published when it happened. */
  void click(String target, String before, long timeMs) {
    clicks.add(
        new TrainingExample(
            target,
            target,
            new String[] {before},
            new boolean[] {true},
            "event-" + clicks.size(),
            timeMs,
            timeMs));
  }

  /** A user's first event. */
  void first(String target, long timeMs) {
    clicks.add(
        new TrainingExample(
            target,
            target,
            new String[0],
            new boolean[0],
            "event-" + clicks.size(),
            timeMs,
            timeMs));
  }

  /** An item ends. */
  void end(String item) {
    rows.add(SmallModel.coldTombstone(item, rows.size()));
  }

  /** The same, by a tombstone that names the incarnation. */
  void end(String item, long incarnation) {
    rows.add(SmallModel.coldTombstone(item, rows.size(), incarnation));
  }

  /** The store ends an item's rows with their bundle. */
  void retire(String item) {
    for (RowRecord.Kind kind : List.of(RowRecord.Kind.COLD, RowRecord.Kind.TUNED)) {
      rows.add(SmallModel.retired(kind, item, rows.size()));
    }
  }

  /** A cold row as it is. */
  void coldRow(EmbeddingRow row) {
    rows.add(SmallModel.record(RowRecord.Kind.COLD, row.getItem(), rows.size(), row));
  }

  /** Returns the weights that count, null where none were written. */
  @Nullable EmbeddingRow weights() {
    return merged(Identifiers.RANKER_ITEM).highest();
  }

  /** The store takes the weights back to what they once were; null: to the prior. */
  void rollBackWeights(long generation, @Nullable EmbeddingRow then) {
    EmbeddingRow.Builder row = then == null ? EmbeddingRow.newBuilder() : then.toBuilder();
    rows.add(
        SmallModel.record(
            RowRecord.Kind.ROLLBACK,
            Identifiers.RANKER_ITEM,
            rows.size(),
            row.setItem(Identifiers.RANKER_ITEM)
                .setOrigin(EmbeddingRow.Origin.ROLLBACK)
                .setVersion(RowVersion.newBuilder().setGeneration(generation))
                .build()));
  }

  /** The store takes a row back to its cold row. */
  void rollBackToCold(String item, long generation) {
    EmbeddingRow back =
        EmbeddingRow.newBuilder()
            .setItem(item)
            .setIncarnation(served(item).getIncarnation())
            .setOrigin(EmbeddingRow.Origin.ROLLBACK)
            .setVersion(RowVersion.newBuilder().setGeneration(generation))
            .build();
    rows.add(SmallModel.record(RowRecord.Kind.ROLLBACK, item, rows.size(), back));
  }

  void send(OutRecord record) {
    String item = item(record);
    byte[] value = record.value();
    rows.add(
        SmallModel.record(
            RowRecord.Kind.TUNED, item, rows.size(), value == null ? null : parse(value)));
  }

  /** A row as somebody else wrote it. */
  void tuned(EmbeddingRow row) {
    rows.add(SmallModel.record(RowRecord.Kind.TUNED, row.getItem(), rows.size(), row));
  }

  /** The store takes a row back to what it once was; null: to its cold row. */
  void rollBack(String item, long generation, @Nullable EmbeddingRow then) {
    EmbeddingRow now = Objects.requireNonNull(merged(item).winner());
    EmbeddingRow.Builder back =
        then == null
            ? now.toBuilder().clearVector().clearInteractionsLearned().clearNewestEventTimeMs()
            : then.toBuilder();
    EmbeddingRow row =
        back.setOrigin(EmbeddingRow.Origin.ROLLBACK)
            .setVersion(RowVersion.newBuilder().setGeneration(generation))
            .build();
    rows.add(SmallModel.record(RowRecord.Kind.ROLLBACK, item, rows.size(), row));
  }

  /** Keeps the last record of each key, as compaction does. */
  void compact() {
    List<RowRecord> kept = new ArrayList<>();
    for (RowRecord each : rows) {
      kept.removeIf(old -> old.kind() == each.kind() && old.item().equals(each.item()));
      kept.add(each);
    }
    rows.clear();
    rows.addAll(kept);
  }

  /** Returns what readers make of an item's records. */
  MergedRow merged(String item) {
    MergedRow merged = MergedRow.EMPTY;
    for (RowRecord each : rows) {
      merged = each.item().equals(item) ? merged.with(each) : merged;
    }
    return merged;
  }

  /** Returns the row that readers serve. */
  EmbeddingRow served(String item) {
    return Objects.requireNonNull(merged(item).winner(), item);
  }

  float[] servedVector(String item) {
    return Vectors.unpack(served(item).getVector());
  }

  private static String item(OutRecord record) {
    try {
      return Keys.parseRow(new String(record.key(), StandardCharsets.UTF_8)).item();
    } catch (RejectedRecordException e) {
      throw new AssertionError(e);
    }
  }

  private static EmbeddingRow parse(byte[] value) {
    try {
      return EmbeddingRow.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
