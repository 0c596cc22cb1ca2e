package dev.headwater.store.inspect;

import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.RowCodec;
import dev.headwater.store.table.RowCursor;
import dev.headwater.store.table.RowMeta;
import dev.headwater.store.table.SealedVersion;
import org.jspecify.annotations.Nullable;

/**
 * A version proved against its manifest.
 *
 * @param version which
 * @param ok whether rows and checksum agree and every row is intact
 * @param rows found
 * @param expectedRows of the manifest
 * @param checksum recomputed from the stored bytes, hexadecimal
 * @param expectedChecksum of the manifest, hexadecimal
 * @param firstDifference the first item whose bytes are not what was written, or what is known of
 *     the difference; null when all agrees
 * @param ms how long it took
 */
public record Verification(
    long version,
    boolean ok,
    long rows,
    long expectedRows,
    String checksum,
    String expectedChecksum,
    @Nullable String firstDifference,
    long ms) {

  /** Reads every row of a version. */
  public static Verification of(EmbeddingStore store, SealedVersion version) {
    long start = System.nanoTime();
    long sum = 0;
    long rows = 0;
    String first = null;
    try (RowCursor cursor = store.scan(version.table(), version.version())) {
      while (cursor.next()) {
        long hash = cursor.contentHash();
        sum += hash;
        rows++;
        if (first == null && !RowCodec.isIntact(hash, cursor.bytes())) {
          first = "the row of item '" + cursor.item() + "' is not what was written";
        } else if (first == null) {
          first = againstMemory(store, version, cursor, hash);
        }
      }
    }
    boolean ok = first == null && sum == version.checksum() && rows == version.rows();
    if (!ok && first == null) {
      first = "every row is intact, so rows are missing or too many: compare with another copy";
    }
    return new Verification(
        version.version(),
        ok,
        rows,
        version.rows(),
        Long.toHexString(sum),
        Long.toHexString(version.checksum()),
        first,
        (System.nanoTime() - start) / 1_000_000);
  }

  /** A row that was not written since must have the hash that memory keeps for it. */
  private static @Nullable String againstMemory(
      EmbeddingStore store, SealedVersion version, RowCursor cursor, long hash) {
    RowMeta meta = store.meta(version.table(), cursor.item());
    boolean same = meta == null || meta.version() > version.version() || meta.contentHash() == hash;
    return same ? null : "the row of item '" + cursor.item() + "' differs from what memory knows";
  }

  /**
   * Compares two copies row by row, in one pass over both.
   *
   * @return what the first difference is, or null when there is none
   */
  public static @Nullable String firstDifference(RowCursor mine, RowCursor other) {
    boolean more = mine.next();
    boolean otherMore = other.next();
    while (more && otherMore) {
      int order = RowOrder.compare(mine.item(), other.item());
      if (order != 0) {
        return "item '%s' stands in one copy only"
            .formatted(order < 0 ? mine.item() : other.item());
      }
      if (mine.contentHash() != other.contentHash()) {
        return "item '%s': %s here, %s there".formatted(mine.item(), mine.row(), other.row());
      }
      more = mine.next();
      otherMore = other.next();
    }
    if (more || otherMore) {
      return "item '%s' stands in one copy only".formatted(more ? mine.item() : other.item());
    }
    return null;
  }
}
