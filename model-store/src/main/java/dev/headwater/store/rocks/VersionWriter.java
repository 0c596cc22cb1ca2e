package dev.headwater.store.rocks;

import dev.headwater.events.json.Identifiers;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.TableState;
import dev.headwater.store.table.VersionStatus;
import dev.headwater.store.table.WriteSet;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/**
 * Writes manifests: seals the open version with the list of the items it touched, in one durable
 * batch, notes verdicts, and keeps the version counter. One thread at a time.
 */
final class VersionWriter {
  private final RocksFiles files;
  private final Tables tables;

  VersionWriter(RocksFiles files, Tables tables) {
    this.files = files;
    this.tables = tables;
  }

  SealedVersion seal(TableIndex table, long generation, long sealedMs) {
    TableState state = table.state();
    SealedVersion sealed =
        new SealedVersion(
            table.id.domain(),
            table.id.model(),
            state.openVersion(),
            VersionStatus.SEALED,
            state.checksum(),
            state.rows(),
            state.touched(),
            generation,
            tables.offsets(),
            sealedMs,
            0,
            List.of(),
            SealedVersion.ranker(ranker(table)));
    close(table, sealed);
    return sealed;
  }

  /** Closes the open version as another node did; false where its rows are others. */
  boolean adopt(TableIndex table, SealedVersion version) {
    TableState state = table.state();
    if (state.openVersion() > version.version()
        || state.checksum() != version.checksum()
        || state.rows() != version.rows()) {
      return false;
    }
    tables.mintAbove(version.version());
    close(table, version);
    return true;
  }

  private void close(TableIndex table, SealedVersion sealed) {
    long next = tables.nextVersion();
    BatchBuffer batch = new BatchBuffer();
    List<byte[]> chunks = Deltas.pack(table.touched());
    for (int i = 0; i < chunks.size(); i++) {
      batch.put(files.deltasId, RowKeys.delta(table.number, sealed.version(), i), chunks.get(i));
    }
    batch.put(
        files.metaId, Manifests.versionKey(table.number, sealed.version()), Manifests.json(sealed));
    putOpen(batch, table, next);
    write(batch, files.synced, "seal version " + sealed.version());
    tables.mint();
    table.sealed(sealed, next);
  }

  private byte @Nullable [] ranker(TableIndex table) {
    byte[] key =
        RowKeys.input(
            table.number,
            Identifiers.RANKER_ITEM.getBytes(StandardCharsets.UTF_8),
            WriteSet.InputKind.RANKER.code());
    try {
      return files.db.get(files.inputs, files.point, key);
    } catch (RocksDBException e) {
      throw RocksFiles.failed("read the ranker's weights", e);
    }
  }

  private void putOpen(BatchBuffer batch, TableIndex table, long open) {
    Manifests.TableEntry entry =
        new Manifests.TableEntry(table.id.domain(), table.id.model(), table.number, open);
    batch.put(files.metaId, Manifests.tableKey(table.number), Manifests.json(entry));
    batch.put(files.metaId, Manifests.COUNTER_KEY, Manifests.number(open + 1));
  }

  void update(TableIndex table, SealedVersion version) {
    BatchBuffer batch = new BatchBuffer();
    batch.put(
        files.metaId,
        Manifests.versionKey(table.number, version.version()),
        Manifests.json(version));
    write(batch, files.unsynced, "note version " + version.version());
    table.replace(version);
  }

  void mintAbove(long version) {
    if (tables.nextVersion() > version
        && tables.all().stream().allMatch(table -> table.openVersion() > version)) {
      return;
    }
    tables.mintAbove(version);
    BatchBuffer batch = new BatchBuffer();
    for (TableIndex table : tables.all()) {
      if (table.openVersion() <= version) {
        table.open(tables.mint());
        putOpen(batch, table, table.openVersion());
      }
    }
    batch.put(files.metaId, Manifests.COUNTER_KEY, Manifests.number(tables.nextVersion()));
    write(batch, files.synced, "note the version counter");
  }

  private void write(BatchBuffer batch, WriteOptions options, String what) {
    try {
      batch.write(files.db, options);
    } catch (RocksDBException e) {
      throw RocksFiles.failed(what, e);
    }
  }
}
