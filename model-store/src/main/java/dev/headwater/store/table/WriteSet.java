package dev.headwater.store.table;

import dev.headwater.events.Keys.DomainKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything one batch changes; it takes effect as a whole or not at all. Not thread-safe. The last
 * of several writes to an item counts.
 */
public final class WriteSet {
  private final List<RowWrite> rows = new ArrayList<>();
  private final List<InputWrite> inputs = new ArrayList<>();
  private final Map<String, Long> offsets = new LinkedHashMap<>();
  private final Map<DomainKey, @Nullable Long> requests = new LinkedHashMap<>();

  /** A row that exists but does not win now. */
  public enum InputKind {
    /** The cold row of an item; kept so that it can stand again. */
    COLD(0),
    /** A tuned row that waits for its cold row, or that gave the place back. */
    TUNED(1),
    /** A mark: a row came late and what stands has not been said again yet. */
    CORRECTION(2),
    /**
     * A mark: the item was deleted; rows of its old incarnations that are still under way are
     * dropped.
     */
    DELETED(3),
    /** A note of the table, under an empty item name: the generation its rows are of. */
    GENERATION(4),
    /** The table's row of a ranker's weights, under the reserved item; sealed with each version. */
    RANKER(5);

    /** Kinds that go with an item when it is deleted: those that hold a row of it. */
    public static final List<InputKind> OF_ROWS = List.of(COLD, TUNED);

    private final int code;

    InputKind(int code) {
      this.code = code;
    }

    /** Returns the number that stands for the kind on disk. */
    public int code() {
      return code;
    }
  }

  /**
   * A row to write.
   *
   * @param row null for the end of the item's incarnation
   * @param incarnation the incarnation that ended; used when {@code row} is null
   * @param lineage stage times and matches, null for none
   */
  @SuppressWarnings("ArrayRecordComponent") // handed through, never compared
  public record RowWrite(
      TableId table,
      String item,
      @Nullable StoredRow row,
      long incarnation,
      byte @Nullable [] lineage) {}

  /** An input to keep, or to forget when {@code bytes} is null. */
  @SuppressWarnings("ArrayRecordComponent") // handed through, never compared
  public record InputWrite(TableId table, String item, InputKind kind, byte @Nullable [] bytes) {}

  /** Writes a row. */
  public WriteSet put(TableId table, String item, StoredRow row) {
    return put(table, item, row, null);
  }

  /** Writes a row and its lineage. */
  public WriteSet put(TableId table, String item, StoredRow row, byte @Nullable [] lineage) {
    rows.add(new RowWrite(table, item, row, row.incarnation(), lineage));
    return this;
  }

  /** Ends an item's incarnation. Without effect when it has no row. */
  public WriteSet delete(TableId table, String item, long incarnation) {
    rows.add(new RowWrite(table, item, null, incarnation, null));
    return this;
  }

  /** Keeps an input, or forgets it when {@code bytes} is null. */
  public WriteSet input(TableId table, String item, InputKind kind, byte @Nullable [] bytes) {
    inputs.add(new InputWrite(table, item, kind, bytes));
    return this;
  }

  /** Notes the next offset to read of {@code topic/partition}. */
  public WriteSet offset(String topicPartition, long next) {
    offsets.put(topicPartition, next);
    return this;
  }

  /**
   * Notes when the deletion of an item was asked for, whatever tables there are, or forgets it when
   * {@code requestedMs} is null.
   */
  public WriteSet request(DomainKey item, @Nullable Long requestedMs) {
    requests.put(item, requestedMs);
    return this;
  }

  /** Returns the rows in the order they were added. */
  public List<RowWrite> rows() {
    return rows;
  }

  /** Returns the inputs in the order they were added. */
  public List<InputWrite> inputs() {
    return inputs;
  }

  /** Returns the offsets. */
  public Map<String, Long> offsets() {
    return offsets;
  }

  /** Returns the requests to delete. */
  public Map<DomainKey, @Nullable Long> requests() {
    return requests;
  }

  /** Tells whether there is nothing to write. */
  public boolean isEmpty() {
    return rows.isEmpty() && inputs.isEmpty() && offsets.isEmpty() && requests.isEmpty();
  }
}
