package dev.headwater.store.cycle;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.events.LightRows;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.table.RowMeta;
import dev.headwater.store.table.RowStamp;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoredRow;
import dev.headwater.store.table.TableId;
import org.jspecify.annotations.Nullable;

/** Between the wire's rows and the store's. */
final class Rows {
  private Rows() {}

  /** Returns the light form of a row that is stored: its vector is on disk. */
  static EmbeddingRow light(RowMeta meta) {
    return LightRows.of(meta.incarnation(), meta.origin(), meta.stamp().toWire());
  }

  static StoredRow stored(EmbeddingRow row) {
    return new StoredRow(
        row.getOrigin(),
        row.getIncarnation(),
        RowStamp.of(row.getVersion()),
        Vectors.unpack(row.getVector()));
  }

  /** Returns what the lineage column family keeps: all but key and vectors. */
  static byte[] lineage(EmbeddingRow row) {
    return row.toBuilder()
        .clearDomain()
        .clearModel()
        .clearItem()
        .clearVector()
        .clearTextVector()
        .clearSourceVector()
        .build()
        .toByteArray();
  }

  /** Returns what is kept of a row that does not win now. */
  static byte[] input(EmbeddingRow row) {
    return row.toBuilder().clearTextVector().clearSourceVector().build().toByteArray();
  }

  static EmbeddingRow parse(byte[] bytes) {
    try {
      return EmbeddingRow.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new StoreException(
          StoreException.Code.CORRUPT, "a kept row cannot be read: " + e.getMessage(), e);
    }
  }

  /** Returns the wire form of a stored row, with its lineage where there is one. */
  static EmbeddingRow.Builder wire(
      TableId table, String item, StoredRow row, byte @Nullable [] lineage) {
    EmbeddingRow.Builder builder =
        lineage == null ? EmbeddingRow.newBuilder() : parse(lineage).toBuilder();
    return builder
        .setDomain(table.domain())
        .setModel(table.model())
        .setItem(item)
        .setIncarnation(row.incarnation())
        .setOrigin(row.origin())
        .setVersion(row.stamp().toWire())
        .setVector(Vectors.fp32(row.vector()));
  }
}
