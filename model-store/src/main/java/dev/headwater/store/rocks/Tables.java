package dev.headwater.store.rocks;

import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.TableId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What memory keeps of a directory: its tables, the version counter, the topic offsets. */
final class Tables {
  /** Ended items are let go of when they are at least this part of all that there is room for. */
  private static final int WORTHWHILE = 64;

  private final int rowsMax;
  private final Map<TableId, TableIndex> byId = new ConcurrentHashMap<>();
  private final Map<Integer, TableIndex> byNumber = new ConcurrentHashMap<>();
  private final Map<String, Long> offsets = new ConcurrentHashMap<>();
  private long nextVersion = 1;

  Tables(int rowsMax) {
    this.rowsMax = rowsMax;
  }

  /** Makes a table known. */
  TableIndex add(Manifests.TableEntry entry) {
    TableId id = new TableId(entry.domain(), entry.model());
    TableIndex table = new TableIndex(id, entry.number(), entry.openVersion());
    byId.put(id, table);
    byNumber.put(table.number, table);
    mintAbove(entry.openVersion());
    return table;
  }

  @Nullable TableIndex find(TableId id) {
    return byId.get(id);
  }

  @Nullable TableIndex find(int number) {
    return byNumber.get(number);
  }

  TableIndex require(TableId id) {
    TableIndex table = byId.get(id);
    if (table == null) {
      throw new StoreException(StoreException.Code.UNKNOWN_TABLE, "no table " + id);
    }
    return table;
  }

  Collection<TableIndex> all() {
    return byId.values();
  }

  List<TableId> ids() {
    return List.copyOf(byId.keySet());
  }

  int size() {
    return byId.size();
  }

  Map<String, Long> offsets() {
    return offsets;
  }

  /** Returns the next version that would be minted. */
  long nextVersion() {
    return nextVersion;
  }

  long mint() {
    return nextVersion++;
  }

  void mintAbove(long version) {
    nextVersion = Math.max(nextVersion, version + 1);
  }

  /**
   * Returns for how many new items there is room. Where it is short, and it pays, the slots of
   * items that have ended are freed first: that looks at every item.
   *
   * @param wanted most items that are going to be new
   */
  int room(int wanted) {
    long held = byId.values().stream().mapToLong(TableIndex::slots).sum();
    long ended = byId.values().stream().mapToLong(TableIndex::endedSlots).sum();
    if (held + wanted > rowsMax && ended > 0 && ended >= rowsMax / WORTHWHILE) {
      byId.values().forEach(TableIndex::dropEnded);
      held = byId.values().stream().mapToLong(TableIndex::slots).sum();
    }
    return (int) Math.max(0, rowsMax - held);
  }

  long memoryBytes() {
    return byId.values().stream().mapToLong(TableIndex::memoryBytes).sum();
  }
}
