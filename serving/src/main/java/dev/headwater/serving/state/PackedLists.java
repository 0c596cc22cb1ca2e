package dev.headwater.serving.state;

import dev.headwater.idp.expert.CountsByItem;
import dev.headwater.idp.expert.TextsByItem;
import dev.headwater.serving.items.PackedRecords;
import dev.headwater.serving.items.StateInput;
import dev.headwater.serving.items.StateOutput;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What rows say beside their vectors: how often items were taken, and, outside of the heap, with
 * which others, near texts, and who names an item as near. The records of one item stand side by
 * side. One writer; reading is safe for concurrent use.
 */
final class PackedLists implements AutoCloseable {
  private static final int KINDS = 3;

  private final TakesByCode takes = new TakesByCode();
  private final PackedRecords records;

  /**
   * Begins without lists.
   *
   * @param records where they are kept; empty, its own from now on
   */
  PackedLists(PackedRecords records) {
    this.records = records;
  }

  CountsByItem counts() {
    return new PackedCounts(takes, records, KINDS, 0);
  }

  /** Returns what an item names. */
  TextsByItem named() {
    return new PackedTexts(records, KINDS, 1);
  }

  /** Returns who names an item. */
  TextsByItem namers() {
    return new PackedTexts(records, KINDS, 2);
  }

  /** Writes all lists (writer only). */
  void save(Path into, StateOutput state) throws IOException {
    takes.save(state);
    records.save(into, state);
  }

  /** Reads what was written; for one without lists (writer only). */
  void load(Path from, StateInput state) throws IOException {
    takes.load(state);
    records.load(from, state);
  }

  @Override
  public void close() {
    records.close();
  }
}
