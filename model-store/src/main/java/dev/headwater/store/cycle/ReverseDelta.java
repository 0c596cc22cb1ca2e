package dev.headwater.store.cycle;

import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.PastRow;
import dev.headwater.store.table.RowMeta;
import dev.headwater.store.table.RowStamp;
import dev.headwater.store.table.StoredRow;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.WriteSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rows that take a table back to an older version, under a new generation; work in proportion
 * to the rows touched since. Whether an item exists is not taken back: the cold topic alone decides
 * that. An item deleted since stays deleted, one that began a new incarnation keeps its present
 * cold row.
 */
final class ReverseDelta {
  private static final int CHUNK = 10_000;

  private final EmbeddingStore store;
  private final TableId table;
  private final long generation;
  private final long nowMs;

  ReverseDelta(EmbeddingStore store, TableId table, long generation, long nowMs) {
    this.store = store;
    this.table = table;
    this.generation = generation;
    this.nowMs = nowMs;
  }

  /**
   * Hands over the rows that lead back to a version; each item is looked at when its turn comes.
   */
  void to(long version, Consumer<EmbeddingRow> sink) {
    List<String> items = store.touchedSince(table, version);
    for (int from = 0; from < items.size(); from += CHUNK) {
      List<String> chunk = items.subList(from, Math.min(items.size(), from + CHUNK));
      List<@Nullable PastRow> then = store.pastRows(table, chunk, version);
      List<byte @Nullable []> colds = store.inputs(table, chunk, WriteSet.InputKind.COLD);
      for (int i = 0; i < chunk.size(); i++) {
        EmbeddingRow row = back(chunk.get(i), then.get(i), colds.get(i));
        if (row != null) {
          sink.accept(row);
        }
      }
    }
  }

  private @Nullable EmbeddingRow back(
      String item, @Nullable PastRow past, byte @Nullable [] coldNow) {
    RowMeta now = store.meta(table, item);
    if (now == null) {
      return null;
    }
    StoredRow then = past == null ? null : past.row();
    if (past == null || then == null || then.incarnation() != now.incarnation()) {
      return now.tuned() ? withoutVector(item, now.incarnation()) : null;
    }
    if (isTuned(then)) {
      if (then.stamp().equals(now.stamp())) {
        return null;
      }
    } else if (isSame(coldNow, past.lineage())) {
      return now.tuned() ? withoutVector(item, now.incarnation()) : null;
    }
    return Rows.wire(table, item, then, past.lineage())
        .setOrigin(EmbeddingRow.Origin.ROLLBACK)
        .setVersion(stamp())
        .setPublishedMs(nowMs)
        .build();
  }

  private static boolean isTuned(StoredRow row) {
    return row.origin() == EmbeddingRow.Origin.FINE_TUNED
        || row.origin() == EmbeddingRow.Origin.ROLLBACK;
  }

  /** Tells whether the cold row that stood then is the one kept now: their times agree. */
  private static boolean isSame(byte @Nullable [] coldNow, byte @Nullable [] lineageThen) {
    return coldNow != null && Arrays.equals(Rows.lineage(Rows.parse(coldNow)), lineageThen);
  }

  /** A row by which the cold row stands again. */
  private EmbeddingRow withoutVector(String item, long incarnation) {
    return withoutVector(item, incarnation, 0);
  }

  /**
   * The same of a row whose cold row may not have been read yet.
   *
   * @param beganMs when the incarnation began, 0 where that is not known
   */
  EmbeddingRow withoutVector(String item, long incarnation, long beganMs) {
    return EmbeddingRow.newBuilder()
        .setDomain(table.domain())
        .setModel(table.model())
        .setItem(item)
        .setIncarnation(incarnation)
        .setBeganMs(beganMs)
        .setOrigin(EmbeddingRow.Origin.ROLLBACK)
        .setVersion(stamp())
        .setPublishedMs(nowMs)
        .build();
  }

  /**
   * What stands, said once more: published where a row came late, for readers that took the late
   * row, and because compaction keeps only the late one.
   *
   * @param late where the late row's cold row was not read yet, what will stand once it comes is
   *     said too
   */
  List<EmbeddingRow> standing(String item, Owed late) {
    RowMeta now = store.meta(table, item);
    EmbeddingRow row = now == null ? null : standing(item, now);
    List<EmbeddingRow> said = new ArrayList<>(2);
    if (row != null) {
      said.add(row);
    }
    if (late.incarnation() > (now == null ? IncarnationHeader.NONE : now.incarnation())) {
      said.add(waiting(item, late));
    }
    return said;
  }

  /** Tells whether a row stands in the topic of rollbacks. */
  static boolean isOfRollback(EmbeddingRow row) {
    return !isLearned(row.getOrigin());
  }

  /**
   * What its owner sent last of an item, said once more where a lower row came behind it: the one
   * that counts, or the one that waits for its cold row. Of an item that a rollback brought back
   * the other topic tells: nothing is to be said.
   */
  List<EmbeddingRow> standingLearned(String item) {
    List<EmbeddingRow> said = new ArrayList<>(2);
    RowMeta now = store.meta(table, item);
    EmbeddingRow row = now == null || !isLearned(now.origin()) ? null : standing(item, now);
    byte[] bytes = store.input(table, item, WriteSet.InputKind.TUNED);
    EmbeddingRow waits = bytes == null ? null : Rows.parse(bytes);
    if (row != null) {
      said.add(again(row));
    }
    if (waits != null && isLearned(waits.getOrigin())) {
      said.add(again(ofGeneration(waits)));
    }
    return said;
  }

  /** No freshness is to be measured by a click that was served long ago. */
  private static EmbeddingRow again(EmbeddingRow row) {
    return row.toBuilder().clearCausedMs().build();
  }

  private static boolean isLearned(EmbeddingRow.Origin origin) {
    return origin == EmbeddingRow.Origin.FINE_TUNED;
  }

  private @Nullable EmbeddingRow standing(String item, RowMeta now) {
    if (!now.tuned()) {
      return withoutVector(item, now.incarnation());
    }
    StoredRow row = store.get(table, item);
    return row == null
        ? null
        : ofGeneration(
            Rows.wire(table, item, row, store.lineageAt(table, item, Long.MAX_VALUE)).build());
  }

  private EmbeddingRow waiting(String item, Owed late) {
    byte[] bytes = store.input(table, item, WriteSet.InputKind.TUNED);
    EmbeddingRow waits = bytes == null ? null : Rows.parse(bytes);
    return waits == null || waits.getIncarnation() != late.incarnation()
        ? withoutVector(item, late.incarnation(), late.beganMs())
        : ofGeneration(waits);
  }

  private EmbeddingRow ofGeneration(EmbeddingRow row) {
    return row.getVersion().getGeneration() == generation
        ? row
        : row.toBuilder().setOrigin(EmbeddingRow.Origin.ROLLBACK).setVersion(stamp()).build();
  }

  /** Returns the version of all its rows. */
  RowVersion stamp() {
    return new RowStamp(generation, 0, 0).toWire();
  }
}
