package dev.headwater.store.cycle;

import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoredRow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a sealed version wrote, read back from disk. A small delta is read once and kept for the
 * validators; a large one is read again for each pass. Immutable.
 */
public final class TouchedRows {
  private static final int KEPT_MAX = 20_000;
  private static final int SAMPLE_MAX = 1000;

  private final EmbeddingStore store;
  private final SealedVersion version;
  private final List<String> items = new ArrayList<>();
  private final List<@Nullable StoredRow> rows = new ArrayList<>();
  private long count;

  private TouchedRows(EmbeddingStore store, SealedVersion version) {
    this.store = store;
    this.version = version;
  }

  /**
   * Reads a version's delta back.
   *
   * @throws StoreException CORRUPT when rows are missing or not what was written
   */
  public static TouchedRows readBack(EmbeddingStore store, SealedVersion version) {
    TouchedRows touched = new TouchedRows(store, version);
    store.scanDelta(version.table(), version.version(), touched::take);
    // A deleted item leaves the delta and stands in the manifest's count no more.
    if (touched.count > version.touched()
        || touched.count < version.touched() - version.deleted()) {
      throw new StoreException(
          StoreException.Code.CORRUPT,
          "version %d wrote %d rows, %d are found"
              .formatted(version.version(), version.touched(), touched.count));
    }
    return touched;
  }

  private void take(String item, @Nullable StoredRow row) {
    count++;
    if (version.touched() <= KEPT_MAX) {
      items.add(item);
      rows.add(row);
    } else if (items.size() < SAMPLE_MAX) {
      items.add(item);
    }
  }

  /** Returns the number of rows written, ends of incarnations included. */
  public long count() {
    return count;
  }

  /** Shows every row; {@code row} is null where an item's incarnation ended. */
  public void forEach(EmbeddingStore.DeltaVisitor visitor) {
    if (version.touched() > KEPT_MAX) {
      store.scanDelta(version.table(), version.version(), visitor);
      return;
    }
    for (int i = 0; i < items.size(); i++) {
      visitor.visit(items.get(i), rows.get(i));
    }
  }

  /** Returns some of the items. */
  public List<String> sample() {
    return items.subList(0, Math.min(SAMPLE_MAX, items.size()));
  }
}
