package dev.headwater.chaos;

import dev.headwater.events.wire.VectorFormat;
import dev.headwater.store.admin.StoreClient;
import dev.headwater.store.rocks.RocksConfig;
import dev.headwater.store.rocks.RocksEmbeddingStore;
import dev.headwater.store.snapshot.SnapshotManifest;
import dev.headwater.store.snapshot.Snapshots;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.RowCursor;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.WriteSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/** A running store's snapshot, once more with int8 vectors, as a store of that format makes it. */
record RoundedSnapshot(Path scratch) {
  private static final int BATCH = 500;

  /** Fetches one and returns where its rounded copy lies. */
  Path of(StoreClient store) throws Exception {
    Files.createDirectories(scratch);
    Path fetched = scratch.resolve("fetched");
    var unused = store.snapshot(fetched);
    Path exact = scratch.resolve("exact");
    SnapshotManifest installed = StoreClient.restore(fetched, exact, Clock.systemUTC());
    RocksConfig config = RocksConfig.defaults();
    try (EmbeddingStore from = RocksEmbeddingStore.asWritten(exact, config);
        RocksEmbeddingStore to =
            new RocksEmbeddingStore(
                scratch.resolve("rounded"), config.withFormat(VectorFormat.INT8))) {
      for (TableId table : from.tables()) {
        copy(from, to, table);
      }
      for (WriteSet.InputKind kind : WriteSet.InputKind.values()) {
        from.scanInputs(
            kind, (table, item, bytes) -> to.write(new WriteSet().input(table, item, kind, bytes)));
      }
      from.scanRequests((item, at) -> to.write(new WriteSet().request(item, at)));
      WriteSet offsets = new WriteSet();
      installed.offsets().forEach(offsets::offset);
      to.write(offsets);
      Path kept = scratch.resolve("snapshots");
      return kept.resolve(new Snapshots(kept, 1, Clock.systemUTC()).take(to, to::checkpoint).id());
    }
  }

  private static void copy(EmbeddingStore from, EmbeddingStore to, TableId table) {
    long open = from.state(table).openVersion();
    WriteSet set = new WriteSet();
    int rows = 0;
    try (RowCursor cursor = from.scan(table, open)) {
      while (cursor.next()) {
        set.put(table, cursor.item(), cursor.row(), from.lineageAt(table, cursor.item(), open));
        if (++rows % BATCH == 0) {
          to.write(set);
          set = new WriteSet();
        }
      }
    }
    to.write(set);
  }
}
