package dev.headwater.jobs.coldstart;

import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.ItemRequest;
import dev.headwater.events.LightRows;
import dev.headwater.events.MergedRow;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.cdim.TrainedItems;
import dev.headwater.jobs.coldstart.WrittenRows.Text;
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
  private final Map<String, Request> beside = new ConcurrentHashMap<>();
  private final Set<String> overtaken = ConcurrentHashMap.newKeySet();

  /**
   * A request that stands beside an item.
   *
   * @param deletedMs its time
   * @param over the last incarnation that it says is over, {@link IncarnationHeader#NONE} for none
   */
  record Request(long deletedMs, long over) {
    private static final Request NONE = new Request(0, IncarnationHeader.NONE);

    /** Returns one that says what both say. */
    private Request and(Request other) {
      return new Request(Math.max(deletedMs, other.deletedMs), Math.max(over, other.over));
    }
  }

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
    MergedRow before = rows.getOrDefault(record.item(), MergedRow.EMPTY);
    MergedRow merged =
        before.with(record).mapCold(LightRows::withText).mapTuned(TargetItems::withoutCounts);
    rows.put(record.item(), merged);
    if (record.kind() == RowRecord.Kind.COLD) {
      if (record.deletedMs() > 0) {
        requests.merge(record.item(), record.deletedMs(), Math::max);
      }
      if (!record.beside()) {
        noteWhetherLast(record, merged);
      } else {
        noteRequest(record);
        if (before.cold() != null && merged.cold() == null) {
          overtaken.add(record.item()); // its row stands there still
        }
      }
      EmbeddingRow cold = merged.cold();
      if (cold != null && cold.hasTextVector()) {
        texts.put(record.item(), Text.of(cold), cold.getTextVector());
      } else {
        texts.remove(record.item(), cold == null ? ended(merged) : Text.of(cold));
      }
    }
    lend(record.item(), merged);
  }

  /** Whatever text the incarnation had that ended. */
  private static Text ended(MergedRow merged) {
    long over = merged.ended().incarnation();
    return new Text(over == IncarnationHeader.NONE ? Long.MAX_VALUE : over, Long.MAX_VALUE);
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

  /** The same for requests: an attempt that carried an older one had not read this yet. */
  private void noteRequest(RowRecord record) {
    Request last = new Request(record.deletedMs(), record.endedIncarnation());
    if (last.equals(beside.merge(record.item(), last, Request::and))) {
      overtaken.remove(ItemRequest.id(record.item()));
    } else {
      overtaken.add(ItemRequest.id(record.item()));
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

  /** Returns what the requests beside an item say together, whichever of them stands last. */
  Request request(String item) {
    return beside.getOrDefault(item, Request.NONE);
  }

  /**
   * Returns the items whose last record in the cold topic is not the one that counts; where that is
   * a request beside an item, as {@link ItemRequest} names it.
   */
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
