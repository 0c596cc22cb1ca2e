package dev.headwater.store.table;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.events.Keys.DomainKey;
import dev.headwater.events.NamedItems;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.VectorFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The same contract in memory: for tests, ours and users', and for small tables that need not
 * outlive the process. Every method is synchronized; a cursor walks over a copy.
 */
public final class InMemoryEmbeddingStore implements EmbeddingStore {
  private final RowCodec codec;
  private final Map<TableId, Table> tables = new LinkedHashMap<>();
  private final Map<String, Long> offsets = new HashMap<>();
  private final Map<InputKey, byte[]> inputs = new LinkedHashMap<>();
  private final Map<DomainKey, Long> requests = new LinkedHashMap<>();
  private long nextVersion = 1;

  private record InputKey(TableId table, String item, WriteSet.InputKind kind) {}

  /** Bytes of one row version. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Cell(byte[] bytes, long hash, byte @Nullable [] lineage) {
    boolean live() {
      return !RowCodec.isTombstone(bytes);
    }

    Cell without(Set<String> items) {
      return lineage == null
          ? this
          : new Cell(bytes, hash, InMemoryEmbeddingStore.without(lineage, items));
    }

    long incarnation() {
      return RowCodec.meta(bytes, 0, hash).incarnation();
    }
  }

  private static final class Table {
    final NavigableMap<byte[], NavigableMap<Long, Cell>> rows =
        new TreeMap<>(Arrays::compareUnsigned);
    final NavigableMap<Long, SealedVersion> sealed = new TreeMap<>();
    final NavigableMap<Long, Set<String>> deltas = new TreeMap<>();
    Set<String> touched = new TreeSet<>();
    long openVersion;
    long checksum;
    long live;
  }

  /** Creates an empty store. */
  public InMemoryEmbeddingStore(VectorFormat format) {
    codec = new RowCodec(format);
  }

  @Override
  public synchronized void write(WriteSet set) {
    for (WriteSet.RowWrite write : set.rows()) {
      put(tables.computeIfAbsent(write.table(), id -> open()), write);
    }
    for (WriteSet.InputWrite write : set.inputs()) {
      InputKey key = new InputKey(write.table(), write.item(), write.kind());
      byte[] bytes = write.bytes();
      if (bytes == null) {
        inputs.remove(key);
      } else {
        inputs.put(key, bytes);
      }
    }
    set.requests()
        .forEach(
            (item, requestedMs) -> {
              if (requestedMs == null) {
                requests.remove(item);
              } else {
                requests.put(item, requestedMs);
              }
            });
    offsets.putAll(set.offsets());
  }

  private Table open() {
    Table table = new Table();
    table.openVersion = nextVersion++;
    return table;
  }

  private void put(Table table, WriteSet.RowWrite write) {
    byte[] item = utf8(write.item());
    Cell old = latest(table, item);
    StoredRow row = write.row();
    if (row == null && (old == null || !old.live())) {
      return;
    }
    Cell cell;
    if (row == null) {
      cell = new Cell(RowCodec.tombstone(write.incarnation()), 0, null);
    } else {
      RowCodec.Encoded encoded = codec.encode(RowHash.ofItem(item), row);
      cell = new Cell(encoded.bytes(), encoded.contentHash(), write.lineage());
    }
    table.checksum += cell.hash() - (old == null ? 0 : old.hash());
    table.live += (cell.live() ? 1 : 0) - (old != null && old.live() ? 1 : 0);
    table.rows.computeIfAbsent(item, key -> new TreeMap<>()).put(table.openVersion, cell);
    table.touched.add(write.item());
  }

  private static byte[] utf8(String item) {
    return item.getBytes(StandardCharsets.UTF_8);
  }

  private static @Nullable Cell latest(Table table, byte[] item) {
    NavigableMap<Long, Cell> versions = table.rows.get(item);
    return versions == null || versions.isEmpty() ? null : versions.lastEntry().getValue();
  }

  private @Nullable Cell cellAt(TableId id, String item, long version) {
    Table table = tables.get(id);
    NavigableMap<Long, Cell> versions = table == null ? null : table.rows.get(utf8(item));
    Map.Entry<Long, Cell> entry = versions == null ? null : versions.floorEntry(version);
    return entry == null || !entry.getValue().live() ? null : entry.getValue();
  }

  @Override
  public synchronized List<TableId> tables() {
    return List.copyOf(tables.keySet());
  }

  @Override
  public synchronized TableState state(TableId id) {
    Table table = tables.get(id);
    return table == null
        ? TableState.EMPTY
        : new TableState(table.openVersion, table.checksum, table.live, table.touched.size());
  }

  @Override
  public synchronized @Nullable RowMeta meta(TableId id, String item) {
    Table table = tables.get(id);
    NavigableMap<Long, Cell> versions = table == null ? null : table.rows.get(utf8(item));
    if (versions == null || versions.isEmpty()) {
      return null;
    }
    Map.Entry<Long, Cell> last = versions.lastEntry();
    Cell cell = last.getValue();
    return cell.live() ? RowCodec.meta(cell.bytes(), last.getKey(), cell.hash()) : null;
  }

  @Override
  public synchronized @Nullable StoredRow get(TableId id, String item) {
    return getAt(id, item, Long.MAX_VALUE);
  }

  @Override
  public synchronized List<@Nullable StoredRow> multiGet(TableId id, List<String> items) {
    List<@Nullable StoredRow> rows = new ArrayList<>(items.size());
    items.forEach(item -> rows.add(get(id, item)));
    return rows;
  }

  @Override
  public synchronized List<@Nullable StoredRow> multiGetAt(
      TableId id, List<String> items, long version) {
    List<@Nullable StoredRow> rows = new ArrayList<>(items.size());
    for (String item : items) {
      Cell cell = cellAt(id, item, version);
      rows.add(cell == null ? null : RowCodec.decode(cell.bytes()));
    }
    return rows;
  }

  @Override
  public synchronized List<@Nullable PastRow> pastRows(
      TableId id, List<String> items, long version) {
    List<@Nullable PastRow> rows = new ArrayList<>(items.size());
    for (String item : items) {
      Cell cell = cellAt(id, item, version);
      rows.add(cell == null ? null : new PastRow(RowCodec.decode(cell.bytes()), cell.lineage()));
    }
    return rows;
  }

  @Override
  public synchronized void scanDelta(TableId id, long version, DeltaVisitor visitor) {
    for (String item : table(id).deltas.getOrDefault(version, Set.of())) {
      visitor.visit(item, getAt(id, item, version));
    }
  }

  @Override
  public synchronized RowCursor scan(TableId id, long version, String after) {
    Table table = tables.get(id);
    NavigableMap<byte[], Cell> rows = new TreeMap<>(Arrays::compareUnsigned);
    if (table != null) {
      table.rows.forEach(
          (item, versions) -> {
            Map.Entry<Long, Cell> entry = versions.floorEntry(version);
            if (entry != null && entry.getValue().live()) {
              rows.put(item, entry.getValue());
            }
          });
    }
    byte[] last = after.getBytes(StandardCharsets.UTF_8);
    return new CopyCursor(rows.tailMap(last, false).entrySet().iterator());
  }

  @Override
  public synchronized SealedVersion seal(TableId id, long generation, long sealedMs) {
    Table table = table(id);
    SealedVersion sealed =
        new SealedVersion(
            id.domain(),
            id.model(),
            table.openVersion,
            VersionStatus.SEALED,
            table.checksum,
            table.live,
            table.touched.size(),
            generation,
            offsets,
            sealedMs,
            0,
            List.of(),
            SealedVersion.ranker(
                inputs.get(new InputKey(id, Identifiers.RANKER_ITEM, WriteSet.InputKind.RANKER))));
    close(table, sealed);
    return sealed;
  }

  @Override
  public synchronized boolean adopt(SealedVersion version) {
    Table table = tables.get(version.table());
    if (table == null
        || table.openVersion > version.version()
        || table.checksum != version.checksum()
        || table.live != version.rows()) {
      return false;
    }
    nextVersion = Math.max(nextVersion, version.version() + 1);
    close(table, version);
    return true;
  }

  private void close(Table table, SealedVersion sealed) {
    table.sealed.put(sealed.version(), sealed);
    table.deltas.put(sealed.version(), table.touched);
    table.touched = new TreeSet<>();
    table.openVersion = nextVersion++;
  }

  private Table table(TableId id) {
    Table table = tables.get(id);
    if (table == null) {
      throw new StoreException(StoreException.Code.UNKNOWN_TABLE, "no table " + id);
    }
    return table;
  }

  @Override
  public synchronized void update(SealedVersion version) {
    table(version.table()).sealed.replace(version.version(), version);
  }

  @Override
  public synchronized List<SealedVersion> versions(TableId id) {
    Table table = tables.get(id);
    return table == null ? List.of() : List.copyOf(table.sealed.values());
  }

  @Override
  public synchronized List<String> touchedSince(TableId id, long version) {
    Table table = table(id);
    Set<String> items = new TreeSet<>(table.touched);
    table.deltas.tailMap(version, false).values().forEach(items::addAll);
    return List.copyOf(items);
  }

  @Override
  public synchronized Map<String, Long> offsets() {
    return Map.copyOf(offsets);
  }

  @Override
  public synchronized List<byte @Nullable []> inputs(
      TableId table, List<String> items, WriteSet.InputKind kind) {
    List<byte @Nullable []> found = new ArrayList<>(items.size());
    items.forEach(item -> found.add(inputs.get(new InputKey(table, item, kind))));
    return found;
  }

  @Override
  public synchronized void scanInputs(WriteSet.InputKind kind, InputVisitor visitor) {
    inputs.forEach(
        (key, bytes) -> {
          if (key.kind() == kind) {
            visitor.visit(key.table(), key.item(), bytes);
          }
        });
  }

  @Override
  public synchronized void scanRequests(ObjLongConsumer<DomainKey> visitor) {
    requests.forEach(visitor::accept);
  }

  @Override
  public synchronized void mintAbove(long version) {
    nextVersion = Math.max(nextVersion, version + 1);
    for (Table table : tables.values()) {
      if (table.openVersion <= version) {
        table.openVersion = nextVersion++;
      }
    }
  }

  @Override
  public synchronized boolean collect(TableId id, long floor, int rowsMax) {
    Table table = table(id);
    NavigableMap<Long, Set<String>> old = table.deltas.headMap(floor, false);
    table.sealed.headMap(floor, false).clear();
    int budget = rowsMax;
    while (!old.isEmpty() && budget > 0) {
      Set<String> items = old.firstEntry().getValue();
      Iterator<String> iterator = items.iterator();
      for (; iterator.hasNext() && budget > 0; budget--) {
        forget(table, utf8(iterator.next()), floor);
        iterator.remove();
      }
      if (items.isEmpty()) {
        old.pollFirstEntry();
      }
    }
    return !old.isEmpty();
  }

  @Override
  public synchronized boolean thin(TableId id, NavigableSet<Long> kept, int rowsMax) {
    Table table = table(id);
    table.sealed.subMap(kept.first(), kept.last()).keySet().retainAll(kept);
    int budget = rowsMax;
    for (long version : List.copyOf(table.deltas.keySet())) {
      Long into = kept.contains(version) ? null : kept.higher(version);
      if (into == null || version < kept.first()) {
        continue;
      }
      Set<String> items = table.deltas.getOrDefault(version, Set.of());
      Iterator<String> iterator = items.iterator();
      for (; iterator.hasNext(); budget--) {
        if (budget <= 0) {
          return true;
        }
        move(table, iterator.next(), kept, version);
        iterator.remove();
      }
      table.deltas.remove(version);
    }
    return false;
  }

  /** A row that the next kept version cannot read goes; the name of another goes over to it. */
  private static void move(Table table, String item, NavigableSet<Long> kept, long version) {
    NavigableMap<Long, Cell> versions = table.rows.get(utf8(item));
    Long into = kept.higher(version);
    Long read = versions == null || into == null ? null : versions.floorKey(into);
    Long before = kept.lower(version);
    long lower = before == null ? 0 : before;
    if (versions == null || into == null || read == null) {
      return;
    }
    if (read > version) {
      versions.subMap(lower, false, version, true).clear();
    } else if (read > lower) {
      table.deltas.computeIfAbsent(into, number -> new LinkedHashSet<>()).add(item);
    }
  }

  private static void forget(Table table, byte[] item, long floor) {
    NavigableMap<Long, Cell> versions = table.rows.get(item);
    Map.Entry<Long, Cell> oldest = versions == null ? null : versions.floorEntry(floor);
    if (versions != null && oldest != null) {
      versions.headMap(oldest.getKey(), !oldest.getValue().live()).clear();
      if (versions.isEmpty()) {
        table.rows.remove(item);
      }
    }
  }

  @Override
  public synchronized void forgetNames(
      String domain, Set<String> items, Consumer<Runnable> exclusively) {
    inputs.replaceAll(
        (key, bytes) -> key.table().domain().equals(domain) ? without(bytes, items) : bytes);
    tables.forEach(
        (id, table) -> {
          if (id.domain().equals(domain)) {
            table.rows.values().forEach(rows -> rows.replaceAll((v, row) -> row.without(items)));
          }
        });
  }

  private static byte[] without(byte[] bytes, Set<String> items) {
    try {
      return NamedItems.without(EmbeddingRow.parseFrom(bytes), items::contains).toByteArray();
    } catch (InvalidProtocolBufferException e) {
      return bytes;
    }
  }

  @Override
  public void purge() {}

  @Override
  public long refusedRows() {
    return 0;
  }

  @Override
  public synchronized int delete(String domain, String item, long firstKeptIncarnation) {
    int held = 0;
    for (Map.Entry<TableId, Table> entry : tables.entrySet()) {
      if (!entry.getKey().domain().equals(domain)) {
        continue;
      }
      boolean keeps = keepsIncarnation(entry.getValue(), item, firstKeptIncarnation);
      boolean waits = waits(entry.getKey(), item, firstKeptIncarnation);
      for (WriteSet.InputKind kind : WriteSet.InputKind.OF_ROWS) {
        if (!keeps && (kind == WriteSet.InputKind.COLD || !waits)) {
          inputs.remove(new InputKey(entry.getKey(), item, kind));
        }
      }
      held += deleteFrom(entry.getValue(), item, firstKeptIncarnation) ? 1 : 0;
    }
    return held;
  }

  private boolean waits(TableId table, String item, long firstKeptIncarnation) {
    byte[] bytes = inputs.get(new InputKey(table, item, WriteSet.InputKind.TUNED));
    try {
      return bytes != null
          && EmbeddingRow.parseFrom(bytes).getIncarnation() >= firstKeptIncarnation;
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean keepsIncarnation(Table table, String item, long firstKeptIncarnation) {
    Cell last = latest(table, utf8(item));
    return last != null && last.incarnation() >= firstKeptIncarnation;
  }

  /** Where the version was thinned out, its names went over to the next one kept. */
  private static void dropName(Table table, long version, String item) {
    Long last = table.sealed.ceilingKey(version);
    table
        .deltas
        .subMap(version, true, last == null ? version : last, true)
        .values()
        .forEach(names -> names.remove(item));
  }

  private static boolean deleteFrom(Table table, String item, long firstKeptIncarnation) {
    NavigableMap<Long, Cell> versions = table.rows.get(utf8(item));
    if (versions == null
        || versions.firstEntry().getValue().incarnation() >= firstKeptIncarnation) {
      return false;
    }
    table.sealed.replaceAll(
        (number, manifest) -> {
          Map.Entry<Long, Cell> at = versions.floorEntry(number);
          boolean had =
              at != null
                  && at.getValue().live()
                  && at.getValue().incarnation() < firstKeptIncarnation;
          return had ? manifest.without(at.getValue().hash()) : manifest;
        });
    Cell last = versions.lastEntry().getValue();
    if (last.incarnation() < firstKeptIncarnation) {
      table.checksum -= last.hash();
      table.live -= last.live() ? 1 : 0;
      table.touched.remove(item);
    }
    versions
        .entrySet()
        .removeIf(
            entry -> {
              boolean doomed = entry.getValue().incarnation() < firstKeptIncarnation;
              if (doomed) {
                dropName(table, entry.getKey(), item);
              }
              return doomed;
            });
    if (versions.isEmpty()) {
      table.rows.remove(utf8(item));
    }
    return true;
  }

  @Override
  public long diskBytes() {
    return 0;
  }

  @Override
  public long memoryBytes() {
    return 0;
  }

  @Override
  public void close() {}

  /** Walks over copied rows. */
  private static final class CopyCursor implements RowCursor {
    private final Iterator<Map.Entry<byte[], Cell>> iterator;
    private Map.Entry<byte[], Cell> present =
        Map.entry(new byte[0], new Cell(new byte[1], 0, null));

    CopyCursor(Iterator<Map.Entry<byte[], Cell>> iterator) {
      this.iterator = iterator;
    }

    @Override
    public boolean next() {
      boolean more = iterator.hasNext();
      if (more) {
        present = iterator.next();
      }
      return more;
    }

    @Override
    public String item() {
      return new String(present.getKey(), StandardCharsets.UTF_8);
    }

    @Override
    public byte[] bytes() {
      return present.getValue().bytes();
    }

    @Override
    public long contentHash() {
      return RowCodec.contentHash(RowHash.ofItem(present.getKey()), bytes());
    }

    @Override
    public void close() {}
  }
}
