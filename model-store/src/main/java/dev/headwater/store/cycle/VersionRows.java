package dev.headwater.store.cycle;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.PastRow;
import dev.headwater.store.table.RowCursor;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.WriteSet;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a sealed version in pages. May be called beside writes: sealed rows do not change. */
final class VersionRows {
  private VersionRows() {}

  static List<EmbeddingRow> page(
      EmbeddingStore store, SealedVersion version, String after, int max) {
    List<EmbeddingRow> page = new ArrayList<>();
    EmbeddingRow weights = after.isEmpty() ? RankerRows.of(version) : null;
    if (weights != null) {
      page.add(weights);
    }
    String from = after;
    while (true) {
      List<String> items = names(store, version, from, max);
      List<EmbeddingRow> rows = items.isEmpty() ? List.of() : rows(store, version, items);
      page.addAll(rows);
      if (items.isEmpty() || !rows.isEmpty()) {
        return page;
      }
      from = items.get(items.size() - 1); // all deleted meanwhile: an empty page would be the end
    }
  }

  private static List<String> names(
      EmbeddingStore store, SealedVersion version, String after, int max) {
    List<String> items = new ArrayList<>();
    try (RowCursor cursor = store.scan(version.table(), version.version(), after)) {
      while (items.size() < max && cursor.next()) {
        items.add(cursor.item());
      }
    }
    return items;
  }

  private static List<EmbeddingRow> rows(
      EmbeddingStore store, SealedVersion version, List<String> items) {
    List<EmbeddingRow> found = new ArrayList<>();
    List<@Nullable PastRow> rows = store.pastRows(version.table(), items, version.version());
    List<byte @Nullable []> colds = store.inputs(version.table(), items, WriteSet.InputKind.COLD);
    for (int i = 0; i < items.size(); i++) {
      PastRow past = rows.get(i);
      if (past != null) { // null: deleted since the cursor met it
        found.add(row(version.table(), items.get(i), past, colds.get(i)));
      }
    }
    return found;
  }

  /**
   * A tuned row does not carry its text's neighbours: they stand in the cold row of its
   * incarnation.
   */
  private static EmbeddingRow row(
      TableId table, String item, PastRow past, byte @Nullable [] coldBytes) {
    EmbeddingRow.Builder row = Rows.wire(table, item, past.row(), past.lineage());
    EmbeddingRow cold = coldBytes == null ? null : Rows.parse(coldBytes);
    if (cold != null
        && row.getNearTextsCount() == 0
        && cold.getIncarnation() == row.getIncarnation()) {
      row.addAllNearTexts(cold.getNearTextsList());
    }
    return row.build();
  }
}
