package dev.headwater.serving.state;

import dev.headwater.serving.items.LongPerCode;
import dev.headwater.serving.items.PackedRecords;
import dev.headwater.serving.items.StateInput;
import dev.headwater.serving.items.StateOutput;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the catalog says of each item, packed into bytes outside of the heap and made into an object
 * for who asks. Whether an item may be shown stands beside it as a number, for answers ask that of
 * hundreds of items. One writer; reading is safe for concurrent use.
 */
final class CatalogEntries {
  private static final int KNOWN = 1;
  private static final int AVAILABLE = 2;

  /** All incarnations before the present one are over, and no other. */
  private static final int LAST_OVER_IS_BEFORE = 4;

  private static final int FLAGS = 3;

  private final PackedRecords packed;
  private final LongPerCode heads = new LongPerCode();

  /**
   * Begins with nothing known.
   *
   * @param packed where entries go; empty, its own from now on
   */
  CatalogEntries(PackedRecords packed) {
    this.packed = packed;
  }

  /** Returns what is known of an item, null when the catalog never named it. */
  @Nullable CatalogEntry get(int code) {
    byte[] bytes = packed.get(code);
    return bytes == null ? null : CatalogEntryCodec.decode(bytes);
  }

  /** Sets what is known (writer only). */
  void set(int code, CatalogEntry entry) {
    packed.put(code, CatalogEntryCodec.encode(entry));
    boolean before = !entry.deleted() && entry.lastOver() == entry.incarnation() - 1;
    heads.set(
        code,
        (entry.incarnation() << FLAGS)
            | (before ? LAST_OVER_IS_BEFORE : 0)
            | (entry.available() ? AVAILABLE : 0)
            | KNOWN);
  }

  /** Tells whether an item may be shown by a table that has a row of it. */
  boolean allows(ModelTable table, int code) {
    long head = heads.get(code);
    return head == 0 || ((head & AVAILABLE) != 0 && table.isLiveSince(code, head >> FLAGS));
  }

  /** Returns the last incarnation that is over for certain, -1 where none is known to be. */
  long lastOver(int code) {
    long head = heads.get(code);
    if ((head & LAST_OVER_IS_BEFORE) != 0) {
      return (head >> FLAGS) - 1;
    }
    CatalogEntry entry = head == 0 ? null : get(code);
    return entry == null ? CatalogEntry.NONE : entry.lastOver();
  }

  /** Tells whether an item is like this; one that the catalog never named is not. */
  boolean matches(int code, EntryPattern pattern) {
    return Boolean.TRUE.equals(packed.read(code, pattern::matches));
  }

  /** Returns when the merchant published an item, Unix milliseconds; 0 where that is not known. */
  long receivedMs(int code) {
    Long read = packed.read(code, CatalogEntryCodec::receivedMs);
    return read == null ? 0 : read;
  }

  /** Writes all entries (writer only). */
  void save(Path records, StateOutput state) throws IOException {
    heads.save(state);
    packed.save(records, state);
  }

  /** Reads what was written; for one without entries (writer only). */
  void load(Path records, StateInput state) throws IOException {
    heads.load(state);
    packed.load(records, state);
  }
}
