package dev.headwater.store.cycle;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.PastRow;
import dev.headwater.store.table.RowCursor;
import dev.headwater.store.table.SealedVersion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a sealed version in pages. May be called beside writes: sealed rows do not change. */
final class VersionRows {
  private VersionRows() {}

  static List<EmbeddingRow> page(
      EmbeddingStore store, SealedVersion version, String after, int max) {
    List<String> items = new ArrayList<>();
    try (RowCursor cursor = store.scan(version.table(), version.version(), after)) {
      while (items.size() < max && cursor.next()) {
        items.add(cursor.item());
      }
    }
    if (items.isEmpty()) {
      return List.of(); // at the end; RocksDB wants one key at least
    }
    List<@Nullable PastRow> rows = store.pastRows(version.table(), items, version.version());
    List<EmbeddingRow> page = new ArrayList<>(items.size());
    for (int i = 0; i < items.size(); i++) {
      PastRow past = rows.get(i);
      if (past != null) { // null: erased since the cursor met it
        page.add(Rows.wire(version.table(), items.get(i), past.row(), past.lineage()).build());
      }
    }
    return page;
  }
}
