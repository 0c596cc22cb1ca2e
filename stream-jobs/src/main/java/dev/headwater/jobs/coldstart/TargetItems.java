package dev.headwater.jobs.coldstart;

import dev.headwater.events.MergedRow;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.Vector;
import dev.headwater.idp.cdim.ItemPool;
import dev.headwater.jobs.rows.RowEvent;
import dev.headwater.jobs.rows.RowsFollower;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the domain's own items, from the embedding topics: which rows exist, and the
 * pool of trained ones that lend their embeddings. Written by the follower's thread, read by
 * others.
 */
final class TargetItems implements RowsFollower.Listener {
  private final String domain;
  private final int trainedInteractions;
  private final ItemPool pool;
  private final Map<String, MergedRow> rows = new ConcurrentHashMap<>();
  private final Map<String, Float> norms = new ConcurrentHashMap<>();
  private double normSum;
  private volatile float meanNorm;

  TargetItems(String domain, int trainedInteractions, ItemPool pool) {
    this.domain = domain;
    this.trainedInteractions = trainedInteractions;
    this.pool = pool;
  }

  /** Returns the trained items, to retrieve from. */
  ItemPool pool() {
    return pool;
  }

  /** Returns the cold row's life and text, without vectors, or null when there is none. */
  @Nullable EmbeddingRow cold(String item) {
    MergedRow row = rows.get(item);
    return row == null ? null : row.cold();
  }

  /** Tells whether the item has learned enough to lend its embedding. */
  boolean isTrained(String item) {
    return norms.containsKey(item);
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

  /** Returns the number of trained items. */
  int trained() {
    return norms.size();
  }

  /** Returns the mean norm of trained rows, 0 while there are none. */
  float meanNorm() {
    return meanNorm;
  }

  @Override
  public void onRow(RowEvent event) {
    MergedRow merged = rows.getOrDefault(event.item(), MergedRow.EMPTY);
    EmbeddingRow row = event.row();
    merged =
        switch (event.topic()) {
          case COLD -> merged.withCold(event.offset(), row == null ? null : slim(row));
          case TUNED -> merged.withTuned(event.offset(), row);
          case ROLLBACK -> row == null ? merged : merged.withRollback(row);
        };
    rows.put(event.item(), merged);
    lend(event.item(), merged);
  }

  private void lend(String item, MergedRow merged) {
    EmbeddingRow winner = merged.winner();
    EmbeddingRow cold = merged.cold();
    if (winner == null
        || cold == null
        || !cold.hasTextVector()
        || winner.getInteractionsLearned() < trainedInteractions) {
      if (norms.containsKey(item)) {
        pool.remove(domain, item);
        count(item, null);
      }
      return;
    }
    float[] vector = Vectors.unpack(winner.getVector());
    float norm = Vectors.norm(vector);
    if (Float.isFinite(norm)) {
      pool.put(domain, item, Vectors.unpack(cold.getTextVector()), vector);
      count(item, norm);
    }
  }

  private void count(String item, @Nullable Float norm) {
    Float old = norm == null ? norms.remove(item) : norms.put(item, norm);
    normSum += (norm == null ? 0 : norm) - (old == null ? 0 : old);
    meanNorm = norms.isEmpty() ? 0 : (float) (normSum / norms.size());
  }

  /** Keeps of a cold row what is needed later: not its vectors, but its text vector. */
  private static EmbeddingRow slim(EmbeddingRow row) {
    return row.toBuilder()
        .setVector(Vector.getDefaultInstance())
        .clearSourceVector()
        .clearMatches()
        .build();
  }
}
