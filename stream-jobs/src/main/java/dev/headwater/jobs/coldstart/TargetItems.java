package dev.headwater.jobs.coldstart;

import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.LightRows;
import dev.headwater.events.MergedRow;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.cdim.TrainedItems;
import dev.headwater.jobs.rows.RowsFollower;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the domain's own items, from the embedding topics: which rows exist, and the
 * pool of trained ones that lend their embeddings. Written by the follower's thread, read by
 * others.
 */
final class TargetItems implements RowsFollower.Listener {
  private final int trainedInteractions;
  private final TrainedItems trained;
  private final TextPool texts;
  private final Map<String, MergedRow> rows = new ConcurrentHashMap<>();
  private final Map<String, Long> requests = new ConcurrentHashMap<>();
  private final Set<String> overtaken = ConcurrentHashMap.newKeySet();

  TargetItems(int trainedInteractions, TrainedItems trained, TextPool texts) {
    this.texts = texts;
    this.trainedInteractions = trainedInteractions;
    this.trained = trained;
  }

  /** Returns the items that have learned enough to lend their embeddings. */
  TrainedItems trained() {
    return trained;
  }

  /** Returns the texts of all items. */
  TextPool texts() {
    return texts;
  }

  /** Returns the cold row's incarnation and text, without vectors, or null when there is none. */
  @Nullable EmbeddingRow cold(String item) {
    MergedRow row = rows.get(item);
    return row == null ? null : row.cold();
  }

  /** Returns the cold rows, without vectors, of items that have a text and learned no click yet. */
  List<EmbeddingRow> early() {
    List<EmbeddingRow> early = new ArrayList<>();
    for (MergedRow row : rows.values()) {
      EmbeddingRow cold = row.cold();
      EmbeddingRow winner = row.winner();
      if (cold != null
          && cold.hasTextVector()
          && winner != null
          && winner.getInteractionsLearned() == 0) {
        early.add(cold);
      }
    }
    return early;
  }

  @Override
  public void onRow(RowRecord record) {
    if (record.isRanker()) {
      return; // no item's row
    }
    MergedRow merged =
        rows.getOrDefault(record.item(), MergedRow.EMPTY)
            .with(record)
            .mapCold(LightRows::withText)
            .mapTuned(TargetItems::withoutCounts);
    rows.put(record.item(), merged);
    if (record.kind() == RowRecord.Kind.COLD) {
      if (record.deletedMs() > 0) {
        requests.merge(record.item(), record.deletedMs(), Math::max);
      }
      noteWhetherLast(record, merged);
      EmbeddingRow cold = merged.cold();
      if (cold != null && cold.hasTextVector()) {
        texts.put(record.item(), cold.getTextVector());
      } else {
        texts.remove(record.item());
      }
    }
    lend(record.item(), merged);
  }

  private static EmbeddingRow withoutCounts(EmbeddingRow row) {
    return row.getCounts().isEmpty() ? row : row.toBuilder().clearCounts().build();
  }

  /** Compaction keeps the last record of a key: where that is not what counts, it is owed. */
  private void noteWhetherLast(RowRecord record, MergedRow merged) {
    boolean counts =
        record.row() == null
            ? merged.cold() == null && endsAll(record, merged)
            : merged.cold() != null && merged.coldOffset() == record.offset();
    if (counts) {
      overtaken.remove(record.item());
    } else {
      overtaken.add(record.item());
    }
  }

  /** Whoever reads on behind an end that compaction took has to learn of it from the last one. */
  private static boolean endsAll(RowRecord end, MergedRow merged) {
    return end.endedIncarnation() == IncarnationHeader.NONE
        || end.endedIncarnation() >= merged.ended().incarnation();
  }

  /**
   * Returns the time of the latest request to delete an item that its ends go back to, 0 for none.
   */
  long deletedMs(String item) {
    return requests.getOrDefault(item, 0L);
  }

  /** Returns the items whose last record in the cold topic is not the one that counts. */
  Set<String> overtaken() {
    return overtaken;
  }

  /**
   * Returns all that is known of an item; vectors of cold rows but that of the text are left out.
   */
  MergedRow row(String item) {
    return rows.getOrDefault(item, MergedRow.EMPTY);
  }

  private void lend(String item, MergedRow merged) {
    EmbeddingRow winner = merged.winner();
    EmbeddingRow cold = merged.cold();
    if (winner == null
        || cold == null
        || !cold.hasTextVector()
        || winner.getInteractionsLearned() < trainedInteractions) {
      trained.remove(item);
    } else {
      trained.put(item, Vectors.unpack(cold.getTextVector()), Vectors.unpack(winner.getVector()));
    }
  }
}
