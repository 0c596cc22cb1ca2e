package dev.headwater.store.sim;

import dev.headwater.events.Keys.DomainKey;
import dev.headwater.events.wire.VectorFormat;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.InMemoryEmbeddingStore;
import dev.headwater.store.table.PastRow;
import dev.headwater.store.table.RowCursor;
import dev.headwater.store.table.RowMeta;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoredRow;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.TableState;
import dev.headwater.store.table.WriteSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A store on a disk that fails and crashes. Every change is kept as an operation; a killed process
 * loses none that was acknowledged, a machine without power loses a tail of those that were not
 * synced. What comes back is made by doing the surviving operations again.
 */
public final class CrashingStore implements EmbeddingStore {
  private final Random random;
  private final List<Consumer<EmbeddingStore>> operations = new ArrayList<>();
  private InMemoryEmbeddingStore live = new InMemoryEmbeddingStore(VectorFormat.FP32);
  private int synced;
  private double failing;
  private boolean broken;

  /** Begins empty. */
  public CrashingStore(Random random) {
    this.random = random;
  }

  /** Sets the probability that a change fails, with or without having taken effect. */
  public void failing(double probability) {
    failing = probability;
  }

  /** A failure was reported: the node must be restarted. */
  public boolean isBroken() {
    return broken;
  }

  /** The process is gone and the disk is read again. */
  public void crash(boolean powerLost) {
    if (powerLost) {
      int survive = synced + random.nextInt(operations.size() - synced + 1);
      operations.subList(survive, operations.size()).clear();
    }
    live = new InMemoryEmbeddingStore(VectorFormat.FP32);
    operations.forEach(operation -> operation.accept(live));
    synced = operations.size();
    broken = false;
  }

  private <T extends @Nullable Object> T change(boolean sync, Function<EmbeddingStore, T> work) {
    boolean fails = broken || random.nextDouble() < failing;
    if (fails && (broken || random.nextBoolean())) {
      broken = true;
      throw new StoreException(StoreException.Code.STORAGE_FAILED, "the disk failed before");
    }
    T result = work.apply(live);
    operations.add(
        store -> {
          var unused = work.apply(store);
        });
    if (sync) {
      synced = operations.size();
    }
    if (fails) {
      broken = true;
      throw new StoreException(StoreException.Code.STORAGE_FAILED, "the disk failed after");
    }
    return result;
  }

  private void run(boolean sync, Consumer<EmbeddingStore> work) {
    Object unused =
        change(
            sync,
            store -> {
              work.accept(store);
              return "";
            });
  }

  @Override
  public void write(WriteSet set) {
    run(false, store -> store.write(set));
  }

  @Override
  public SealedVersion seal(TableId table, long generation, long sealedMs) {
    return change(true, store -> store.seal(table, generation, sealedMs));
  }

  @Override
  public boolean adopt(SealedVersion version) {
    return change(true, store -> store.adopt(version));
  }

  @Override
  public void update(SealedVersion version) {
    run(false, store -> store.update(version));
  }

  @Override
  public void mintAbove(long version) {
    run(true, store -> store.mintAbove(version));
  }

  @Override
  public boolean collect(TableId table, long floor, int rowsMax) {
    return change(false, store -> store.collect(table, floor, rowsMax));
  }

  @Override
  public boolean thin(TableId table, NavigableSet<Long> kept, int rowsMax) {
    return change(false, store -> store.thin(table, kept, rowsMax));
  }

  @Override
  public void forgetNames(String domain, Set<String> items, Consumer<Runnable> exclusively) {
    run(true, store -> store.forgetNames(domain, items, Runnable::run));
  }

  @Override
  public void purge() {
    run(true, EmbeddingStore::purge);
  }

  @Override
  public long refusedRows() {
    return live.refusedRows();
  }

  @Override
  public int delete(String domain, String item, long firstKeptIncarnation) {
    return change(true, store -> store.delete(domain, item, firstKeptIncarnation));
  }

  @Override
  public List<TableId> tables() {
    return live.tables();
  }

  @Override
  public TableState state(TableId table) {
    return live.state(table);
  }

  @Override
  public @Nullable RowMeta meta(TableId table, String item) {
    return live.meta(table, item);
  }

  @Override
  public @Nullable StoredRow get(TableId table, String item) {
    return live.get(table, item);
  }

  @Override
  public List<@Nullable StoredRow> multiGet(TableId table, List<String> items) {
    return live.multiGet(table, items);
  }

  @Override
  public List<@Nullable StoredRow> multiGetAt(TableId table, List<String> items, long version) {
    return live.multiGetAt(table, items, version);
  }

  @Override
  public List<@Nullable PastRow> pastRows(TableId table, List<String> items, long version) {
    return live.pastRows(table, items, version);
  }

  @Override
  public void scanDelta(TableId table, long version, DeltaVisitor visitor) {
    live.scanDelta(table, version, visitor);
  }

  @Override
  public RowCursor scan(TableId table, long version, String after) {
    return live.scan(table, version, after);
  }

  @Override
  public List<SealedVersion> versions(TableId table) {
    return live.versions(table);
  }

  @Override
  public List<String> touchedSince(TableId table, long version) {
    return live.touchedSince(table, version);
  }

  @Override
  public Map<String, Long> offsets() {
    return live.offsets();
  }

  @Override
  public List<byte @Nullable []> inputs(
      TableId table, List<String> items, WriteSet.InputKind kind) {
    return live.inputs(table, items, kind);
  }

  @Override
  public void scanInputs(WriteSet.InputKind kind, InputVisitor visitor) {
    live.scanInputs(kind, visitor);
  }

  @Override
  public void scanRequests(ObjLongConsumer<DomainKey> visitor) {
    live.scanRequests(visitor);
  }

  @Override
  public long diskBytes() {
    return live.diskBytes();
  }

  @Override
  public long memoryBytes() {
    return live.memoryBytes();
  }

  @Override
  public void close() {}
}
