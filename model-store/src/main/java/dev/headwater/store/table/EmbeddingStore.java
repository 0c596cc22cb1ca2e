package dev.headwater.store.table;

import dev.headwater.events.Keys.DomainKey;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Versioned rows of many tables. One thread writes at a time (callers see to that); reads may come
 * from any thread. What {@link #write} and {@link #seal} acknowledged survives a killed process;
 * what {@code seal} acknowledged also survives a machine that loses power.
 */
public interface EmbeddingStore extends AutoCloseable {
  /** Applies a batch as a whole: rows go to their tables' open versions. */
  void write(WriteSet set);

  /** Returns the tables that were ever written to. */
  List<TableId> tables();

  /** Returns a table as it stands now. */
  TableState state(TableId table);

  /** Returns what memory knows of an item's present row, or null when it has none. */
  @Nullable RowMeta meta(TableId table, String item);

  /** Reads an item's present row, or null. */
  @Nullable StoredRow get(TableId table, String item);

  /** Reads present rows; the result has the order of the request, null where there is no row. */
  List<@Nullable StoredRow> multiGet(TableId table, List<String> items);

  /** Reads the row an item had in a version, or null. */
  default @Nullable StoredRow getAt(TableId table, String item, long version) {
    return multiGetAt(table, List.of(item), version).get(0);
  }

  /** Reads the rows that items had in a version, in the order of the request. */
  List<@Nullable StoredRow> multiGetAt(TableId table, List<String> items, long version);

  /** Reads rows with their lineage as they stood in a version, in the order of the request. */
  List<@Nullable PastRow> pastRows(TableId table, List<String> items, long version);

  /** Reads the lineage an item's row had in a version, or null. */
  default byte @Nullable [] lineageAt(TableId table, String item, long version) {
    PastRow row = pastRows(table, List.of(item), version).get(0);
    return row == null ? null : row.lineage();
  }

  /**
   * Reads back what a sealed version wrote, in time proportional to it.
   *
   * @throws StoreException CORRUPT when a row that was written is missing or not what was written
   */
  void scanDelta(TableId table, long version, DeltaVisitor visitor);

  /** Walks over a version; the open version is the table as it stands now. */
  default RowCursor scan(TableId table, long version) {
    return scan(table, version, "");
  }

  /** The same from the item after one on; from the first when that is empty. */
  RowCursor scan(TableId table, long version, String after);

  /** Closes the open version, makes it durable and opens the next one. */
  SealedVersion seal(TableId table, long generation, long sealedMs);

  /**
   * Closes the open version under the manifest, number included, that another node sealed the same
   * rows with.
   *
   * @return false, and nothing is changed, where the table does not hold those very rows or is past
   *     that number
   */
  boolean adopt(SealedVersion version);

  /**
   * Makes what was acknowledged so far survive a machine that loses power. May be called beside
   * writes, which do not wait for it; sealing soon after has little left to wait for.
   */
  default void sync() {}

  /** Replaces a manifest; what a loss of power takes back, a node's takeover does again. */
  void update(SealedVersion version);

  /** Returns the retained versions of a table, oldest first. */
  List<SealedVersion> versions(TableId table);

  /**
   * Returns the items written after a version, in time proportional to their number: each once, in
   * the order in which many are read in the least time.
   */
  List<String> touchedSince(TableId table, long version);

  /** Returns the next offset to read of each {@code topic/partition}. */
  Map<String, Long> offsets();

  /** Returns a kept input, or null. */
  default byte @Nullable [] input(TableId table, String item, WriteSet.InputKind kind) {
    return inputs(table, List.of(item), kind).get(0);
  }

  /** Returns kept inputs in the order of the request, null where there is none. */
  List<byte @Nullable []> inputs(TableId table, List<String> items, WriteSet.InputKind kind);

  /** Shows all kept inputs of a kind. */
  void scanInputs(WriteSet.InputKind kind, InputVisitor visitor);

  /** Shows when the deletion of items was asked for, as far as that is kept. */
  void scanRequests(ObjLongConsumer<DomainKey> visitor);

  /** Makes every version number minted from now on larger than the given one. */
  void mintAbove(long version);

  /**
   * One step of retention: forgets rows and versions that only versions below {@code floor} can
   * read.
   *
   * @param floor oldest version to keep readable
   * @param rowsMax most rows to look at
   * @return whether more remains to be done
   */
  boolean collect(TableId table, long floor, int rowsMax);

  /**
   * One step of thinning: forgets the versions between two that are kept, and the rows that only
   * those can read. What a forgotten version touched counts as touched by the next one kept, so
   * that the way back to an older one stays whole.
   *
   * @param kept versions that stay readable, the newest sealed one among them
   * @param rowsMax most rows to look at
   * @return whether more remains to be done
   */
  boolean thin(TableId table, NavigableSet<Long> kept, int rowsMax);

  /**
   * Deletes the incarnations of an item that came before one, from every table of a domain and from
   * every retained version, durably. Its bytes are in the files until {@link #purge} has returned.
   *
   * @param firstKeptIncarnation incarnation of the first incarnation to keep, {@code
   *     Long.MAX_VALUE} for none
   * @return the number of tables that held it
   */
  int delete(String domain, String item, long firstKeptIncarnation);

  /**
   * Takes the names of items out of what the rows of other items, in every retained version, say
   * beside their vectors ({@link dev.headwater.events.NamedItems}), durably; out of the files with
   * the next {@link #purge}. All rows of the domain are looked at; rows may be read and written
   * meanwhile.
   *
   * @param exclusively runs short steps, in each of which nobody else may write
   */
  void forgetNames(String domain, Set<String> items, Consumer<Runnable> exclusively);

  /**
   * Takes what was deleted before out of the files. It takes as long as rewriting those that held
   * it; rows may be read and written meanwhile.
   */
  void purge();

  /**
   * Returns how many rows of new items were left out since the store was opened, because there was
   * no room for them in memory.
   */
  long refusedRows();

  /** Returns the bytes of the files on disk. */
  long diskBytes();

  /** Returns bytes of memory held for caches, memtables and the index. */
  long memoryBytes();

  @Override
  void close();

  /** Sees the rows that a version wrote. */
  @FunctionalInterface
  interface DeltaVisitor {
    /** Called for each; {@code row} is null where the item's incarnation ended. */
    void visit(String item, @Nullable StoredRow row);
  }

  /** Sees inputs. */
  @FunctionalInterface
  interface InputVisitor {
    /** Called for each. */
    void visit(TableId table, String item, byte[] bytes);
  }
}
