package dev.headwater.serving.follow;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.events.Keys;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.serving.items.Slice;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.store.rocks.RocksConfig;
import dev.headwater.store.rocks.RocksEmbeddingStore;
import dev.headwater.store.snapshot.Restore;
import dev.headwater.store.snapshot.SnapshotManifest;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.PastRow;
import dev.headwater.store.table.RowCursor;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoredRow;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.WriteSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills tables from a fetched store snapshot, before anything is read from the topics: only the
 * tails are left then. The snapshot itself is not changed. One that cannot be used is left aside,
 * with a warning: the topics hold all of it.
 */
public final class SnapshotRows {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotRows.class);

  /** What the records were that a row came from is not known; any later one has a higher offset. */
  private static final long BEFORE_ALL = 0;

  private static final String PREFIX = ".headwater-start-";

  private static final RowRecord.Kind COLD = RowRecord.Kind.COLD;

  /** Rows that are looked up together: one by one they take half of a start. */
  private static final int BATCH = 1_024;

  private final Domains domains;
  private final RowsHandler.TableMaker tables;
  private final FollowMetrics metrics;
  private final Slice slice;

  /** Creates one that fills the tables of {@code domains}; call it from the rows' writer only. */
  public SnapshotRows(Domains domains, RowsHandler.TableMaker tables, FollowMetrics metrics) {
    this(domains, tables, metrics, Slice.WHOLE);
  }

  /** The same that takes in what a shard holds. */
  public SnapshotRows(
      Domains domains, RowsHandler.TableMaker tables, FollowMetrics metrics, Slice slice) {
    this.slice = slice;
    this.metrics = metrics;
    this.domains = domains;
    this.tables = tables;
  }

  /**
   * Reads a snapshot.
   *
   * @return the next offset to read of each {@code topic/partition}; empty when it was left aside
   */
  public Map<String, Long> load(Path snapshot, Clock clock) {
    long start = System.nanoTime();
    try {
      Path scratch = scratch(snapshot);
      try {
        Path copy = scratch.resolve("store");
        SnapshotManifest manifest = Restore.install(snapshot, copy, clock.millis());
        long rows;
        try (EmbeddingStore store = RocksEmbeddingStore.asWritten(copy, RocksConfig.defaults())) {
          rows = load(store);
        }
        LOG.info(
            "{} rows from snapshot {} in {} ms",
            rows,
            manifest.id(),
            (System.nanoTime() - start) / 1_000_000);
        return manifest.offsets();
      } finally {
        delete(scratch);
      }
    } catch (StoreException | IOException e) {
      metrics.onSnapshotLeftAside();
      LOG.warn("snapshot {} is left aside, all rows come from the topics: {}", snapshot, e);
      return Map.of();
    }
  }

  /**
   * Reads a store as it stood.
   *
   * @return how many rows
   */
  public long load(EmbeddingStore store) {
    long rows = 0;
    for (TableId table : store.tables()) {
      rows += load(store, table);
    }
    store.scanInputs(WriteSet.InputKind.TUNED, this::waiting);
    store.scanInputs(WriteSet.InputKind.RANKER, this::weights);
    return rows;
  }

  /** Beside the snapshot its files are linked; elsewhere, where nobody may write, copied. */
  static Path scratch(Path snapshot) throws IOException {
    try {
      Path beside = snapshot.toAbsolutePath().normalize().getParent();
      return Files.createTempDirectory(Objects.requireNonNull(beside, "the root"), PREFIX);
    } catch (IOException e) {
      LOG.warn("cannot write beside {} and copy it into the temporary folder: {}", snapshot, e);
      return Files.createTempDirectory(PREFIX);
    }
  }

  private long load(EmbeddingStore store, TableId id) {
    Domain domain = domains.follow(id.domain());
    if (domain == null) {
      return 0;
    }
    long version = store.state(id).openVersion();
    long rows = 0;
    List<String> items = new ArrayList<>(BATCH);
    try (RowCursor cursor = store.scan(id, version)) {
      while (cursor.next()) {
        if (domain.model(id.model()) == null) { // a shard may hold none of its rows
          int dim = cursor.row().vector().length;
          domain.model(id.model(), model -> tables.make(domain, model, dim));
        }
        if (!slice.holds(id.domain(), cursor.item())) {
          continue;
        }
        items.add(cursor.item());
        if (items.size() == BATCH) {
          rows += apply(store, id, domain, items, version);
          items.clear();
        }
      }
    }
    return items.isEmpty() ? rows : rows + apply(store, id, domain, items, version);
  }

  private int apply(
      EmbeddingStore store, TableId id, Domain domain, List<String> items, long version) {
    List<@Nullable PastRow> past = store.pastRows(id, items, version);
    for (int i = 0; i < items.size(); i++) {
      String item = items.get(i);
      PastRow stored = Objects.requireNonNull(past.get(i), "the cursor has just met it");
      ModelTable table = Objects.requireNonNull(domain.model(id.model()), "made before");
      int code = domain.ids().code(item);
      EmbeddingRow row = row(item, stored.row(), stored.lineage());
      if (isTuned(row)) {
        byte[] cold = store.input(id, item, WriteSet.InputKind.COLD);
        apply(table, code, id, item, COLD, cold == null ? null : parse(cold));
      }
      apply(table, code, id, item, kind(row), row);
    }
    return items.size();
  }

  private static boolean isTuned(EmbeddingRow row) {
    return kind(row) != COLD;
  }

  private static RowRecord.Kind kind(EmbeddingRow row) {
    return switch (row.getOrigin()) {
      case FINE_TUNED -> RowRecord.Kind.TUNED;
      case ROLLBACK -> RowRecord.Kind.ROLLBACK;
      default -> COLD;
    };
  }

  private static void apply(
      ModelTable table,
      int code,
      TableId id,
      String item,
      RowRecord.Kind kind,
      @Nullable EmbeddingRow row) {
    Keys.RowKey key = new Keys.RowKey(id.domain(), id.model(), item);
    table.onRow(code, RowRecord.of(kind, key, BEFORE_ALL, row));
  }

  private void weights(TableId id, String item, byte[] bytes) {
    Domain domain = domains.follow(id.domain());
    if (domain != null) {
      domain.onWeights(id.model(), parse(bytes));
    }
  }

  /** A tuned row may be the first that is known of its bundle. */
  private void waiting(TableId id, String item, byte[] bytes) {
    Domain domain = domains.follow(id.domain());
    if (domain == null || !slice.holds(id.domain(), item)) {
      return;
    }
    EmbeddingRow row = parse(bytes);
    ModelTable table =
        row.hasVector()
            ? domain.model(
                id.model(),
                model -> tables.make(domain, model, Vectors.unpack(row.getVector()).length))
            : domain.model(id.model());
    if (table != null) {
      apply(table, domain.ids().code(item), id, item, kind(row), row);
    }
  }

  private static EmbeddingRow row(String item, StoredRow stored, byte @Nullable [] lineage) {
    EmbeddingRow.Builder row =
        lineage == null ? EmbeddingRow.newBuilder() : parse(lineage).toBuilder();
    return row.setItem(item)
        .setIncarnation(stored.incarnation())
        .setOrigin(stored.origin())
        .setVersion(stored.stamp().toWire())
        .setVector(Vectors.fp32(stored.vector()))
        .build();
  }

  private static EmbeddingRow parse(byte[] bytes) {
    try {
      return EmbeddingRow.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new StoreException(StoreException.Code.CORRUPT, "a row cannot be read", e);
    }
  }

  private static void delete(Path directory) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(directory)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.delete(file);
    }
  }
}
