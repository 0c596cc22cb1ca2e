package dev.headwater.store.cycle;

import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.RowCursor;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoredRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sealed version that waits for its verdicts.
 *
 * @param version what was sealed
 * @param previous the newest version announced before it, null for the first
 * @param touchedItems items written since the version before
 * @param surroundings what is known beside the table
 * @param store to read rows of any retained version
 */
public record Candidate(
    SealedVersion version,
    @Nullable SealedVersion previous,
    List<String> touchedItems,
    Surroundings surroundings,
    EmbeddingStore store) {
  private static final int CHUNK = 1000;

  /** Sees the rows that were touched, as they stand in the version. */
  @FunctionalInterface
  public interface RowVisitor {
    /** Called for each; {@code row} is null where the item was deleted. */
    void visit(String item, @Nullable StoredRow row);
  }

  /** Shows the touched rows; reads the whole table in order when most of it was touched. */
  public void forEachTouched(RowVisitor visitor) {
    if (touchedItems.size() > version.rows() / 4 && touchedItems.size() > CHUNK) {
      try (RowCursor cursor = store.scan(version.table(), version.version())) {
        while (cursor.next()) {
          visitor.visit(cursor.item(), cursor.row());
        }
      }
      return;
    }
    for (int from = 0; from < touchedItems.size(); from += CHUNK) {
      List<String> chunk = touchedItems.subList(from, Math.min(touchedItems.size(), from + CHUNK));
      List<@Nullable StoredRow> rows = store.multiGetAt(version.table(), chunk, version.version());
      for (int i = 0; i < chunk.size(); i++) {
        visitor.visit(chunk.get(i), rows.get(i));
      }
    }
  }
}
