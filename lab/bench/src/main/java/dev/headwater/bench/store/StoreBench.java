package dev.headwater.bench.store;

import dev.headwater.events.RowLog;
import dev.headwater.events.Topics;
import dev.headwater.events.announce.AnnouncementBook;
import dev.headwater.events.wire.VectorFormat;
import dev.headwater.store.admin.LiveSnapshots;
import dev.headwater.store.admin.StoreServer;
import dev.headwater.store.cycle.CycleConfig;
import dev.headwater.store.cycle.EngineParts;
import dev.headwater.store.cycle.StoreEngine;
import dev.headwater.store.cycle.StoreMetrics;
import dev.headwater.store.cycle.Surroundings;
import dev.headwater.store.cycle.Validators;
import dev.headwater.store.inspect.Verification;
import dev.headwater.store.rocks.RawRocks;
import dev.headwater.store.rocks.RocksConfig;
import dev.headwater.store.rocks.RocksEmbeddingStore;
import dev.headwater.store.snapshot.Restore;
import dev.headwater.store.snapshot.SnapshotFetcher;
import dev.headwater.store.snapshot.SnapshotManifest;
import dev.headwater.store.snapshot.Snapshots;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.WriteSet;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * {@code bench store}: rates and times of the store, each beside raw RocksDB where raw RocksDB can
 * do the same (write batches of 1,000, WAL on, no sync, the same options, keys and value sizes, no
 * versions). Store and raw take turns, so that a busy moment hits both. Reads come from a compacted
 * table that the block cache holds.
 */
public final class StoreBench {
  static final int BATCH = 1000;
  private static final int ROUNDS = 10;
  private static final int GETS = 200_000;
  private static final int TOUCHED = 10_000;
  private static final int REPEATS = 5;
  private static final int BOOTSTRAPS = 3;

  private final Options options;
  private final BenchRows rows;
  private final RocksConfig config;
  private final Consumer<String> progress;
  private final Map<String, Object> result = new LinkedHashMap<>();
  private final SplittableRandom random;

  /**
   * What to measure.
   *
   * @param directory scratch space, empty; about five times rows × dim × 4 bytes
   * @param rows of the table
   * @param dim of a row
   * @param sustainedSeconds length of the sustained write load, 0 to leave it out
   * @param seed of vectors and order
   */
  public record Options(Path directory, int rows, int dim, int sustainedSeconds, long seed) {}

  /** Prepares a run. */
  public StoreBench(Options options, Consumer<String> progress) {
    this.options = options;
    this.progress = progress;
    rows = new BenchRows(options.rows(), options.dim(), options.seed());
    random = new SplittableRandom(options.seed());
    RocksConfig defaults = RocksConfig.defaults();
    long cache =
        Math.max(defaults.blockCacheBytes(), 3L * options.rows() * (options.dim() * 4 + 48));
    config =
        new RocksConfig(
            VectorFormat.FP32,
            Math.min(cache, 2L << 30),
            defaults.memtableBytes(),
            defaults.memtablesBytesMax(),
            defaults.rowsMax());
  }

  /** Measures everything and returns the JSON keys of the contract, and some more. */
  public Map<String, Object> run() throws InterruptedException {
    warmUp();
    try (RawRocks raw = new RawRocks(options.directory().resolve("raw"), config);
        RocksEmbeddingStore store =
            new RocksEmbeddingStore(options.directory().resolve("store"), config)) {
      puts(store, raw);
      store.compact();
      raw.compact();
      gets(store, raw);
      try (StoreEngine engine = engine(store)) {
        cycles(engine);
        bootstrap(engine, store);
      }
    }
    lineage();
    bytesPerRow();
    if (options.sustainedSeconds() > 0) {
      new SustainedLoad(options, rows, progress).run(result);
    }
    return result;
  }

  /** Both sides run compiled code before anything is timed. */
  private void warmUp() {
    progress.accept("warm up");
    int count = Math.min(options.rows(), 100_000);
    try (RawRocks raw = new RawRocks(options.directory().resolve("warm-raw"), config);
        RocksEmbeddingStore store =
            new RocksEmbeddingStore(options.directory().resolve("warm-store"), config)) {
      putAll(store, 0, count);
      putAll(raw, 0, count);
    }
  }

  static StoreEngine engine(RocksEmbeddingStore store) {
    return new StoreEngine(
        new EngineParts(
            store,
            new NoLog(),
            new AnnouncementBook(),
            Validators.standard(),
            Surroundings.NONE,
            new StoreMetrics(new SimpleMeterRegistry()),
            Clock.systemUTC()),
        CycleConfig.defaults(),
        new RowLog(Topics.DEFAULT));
  }

  private void puts(RocksEmbeddingStore store, RawRocks raw) {
    progress.accept("put " + options.rows() + " rows, store and raw in turns");
    long storeNs = 0;
    long rawNs = 0;
    int chunk = Math.max(BATCH, options.rows() / ROUNDS);
    for (int from = 0; from < options.rows(); from += chunk) {
      int to = Math.min(options.rows(), from + chunk);
      int begin = from;
      storeNs += time(() -> putAll(store, begin, to));
      rawNs += time(() -> putAll(raw, begin, to));
    }
    double storeRate = options.rows() * 1e9 / storeNs;
    result.put("put_rows_per_s", Math.round(storeRate));
    result.put("raw_put_rows_per_s", Math.round(options.rows() * 1e9 / rawNs));
    result.put("put_rows_per_s_over_raw", rawNs / (double) storeNs);
  }

  private void putAll(RocksEmbeddingStore store, int from, int to) {
    for (int at = from; at < to; at += BATCH) {
      WriteSet set = new WriteSet();
      for (int i = at; i < Math.min(to, at + BATCH); i++) {
        set.put(BenchRows.TABLE, rows.item(i), rows.row(i, 1));
      }
      store.write(set);
    }
  }

  private void putAll(RawRocks raw, int from, int to) {
    for (int at = from; at < to; at += BATCH) {
      int end = Math.min(to, at + BATCH);
      raw.put(at, end, rows::item, rows::encoded);
    }
  }

  private static long time(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return System.nanoTime() - start;
  }

  private void gets(RocksEmbeddingStore store, RawRocks raw) {
    progress.accept("get from a warm table");
    int warm = Math.min(options.rows(), 4 * GETS);
    for (int i = 0; i < warm; i++) {
      String item = rows.item(random.nextInt(options.rows()));
      store.get(BenchRows.TABLE, item);
      raw.get(item);
    }
    for (int i = 0; i < options.rows(); i++) {
      store.get(BenchRows.TABLE, rows.item(i));
      raw.get(rows.item(i));
    }
    long[] storeNs = new long[GETS];
    long[] rawNs = new long[GETS];
    for (int from = 0; from < GETS; from += BATCH) {
      for (int i = from; i < from + BATCH; i++) {
        String item = rows.item(random.nextInt(options.rows()));
        storeNs[i] = time(() -> store.get(BenchRows.TABLE, item));
      }
      for (int i = from; i < from + BATCH; i++) {
        String item = rows.item(random.nextInt(options.rows()));
        rawNs[i] = time(() -> raw.get(item));
      }
    }
    double storeP99 = percentile(storeNs, 0.99) / 1000.0;
    double rawP99 = percentile(rawNs, 0.99) / 1000.0;
    result.put("get_p99_us", storeP99);
    result.put("raw_get_p99_us", rawP99);
    result.put("get_p99_over_raw", storeP99 / rawP99);
    multiGets(store, raw);
  }

  private void multiGets(RocksEmbeddingStore store, RawRocks raw) {
    long[] storeNs = new long[100];
    long[] rawNs = new long[100];
    for (int i = 0; i < storeNs.length; i++) {
      List<String> items = random.ints(1000, 0, options.rows()).mapToObj(rows::item).toList();
      storeNs[i] = time(() -> store.multiGet(BenchRows.TABLE, items));
      List<String> others = random.ints(1000, 0, options.rows()).mapToObj(rows::item).toList();
      rawNs[i] = time(() -> raw.multiGet(others));
    }
    double storeMs = percentile(storeNs, 0.5) / 1e6;
    double rawMs = percentile(rawNs, 0.5) / 1e6;
    result.put("multi_get_1000_ms", storeMs);
    result.put("raw_multi_get_1000_ms", rawMs);
    result.put("multi_get_over_raw", storeMs / rawMs);
  }

  static double percentile(long[] values, double fraction) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.min(sorted.length - 1L, (long) (sorted.length * fraction))];
  }

  private void cycles(StoreEngine engine) {
    progress.accept("seal, roll back and verify");
    engine.announceModel(BenchRows.TABLE.domain(), BenchRows.TABLE.model(), "bench");
    result.put("first_seal_ms", ms(engine::runCycle));
    long[] sealMs = new long[REPEATS];
    long[] rollbackMs = new long[REPEATS];
    for (int i = 0; i < REPEATS; i++) {
      touch(engine, 2 * i + 2);
      sealMs[i] = ms(engine::runCycle);
      List<SealedVersion> versions = engine.store().versions(BenchRows.TABLE);
      long newest = versions.get(versions.size() - 1).version();
      touch(engine, 2 * i + 3);
      rollbackMs[i] = ms(() -> engine.rollback(newest, "bench", "bench"));
    }
    result.put("seal_ms", percentile(sealMs, 0.5));
    result.put("rollback_ms", percentile(rollbackMs, 0.5));
    engine.runCycle();
    List<SealedVersion> versions = engine.store().versions(BenchRows.TABLE);
    Verification proof = Verification.of(engine.store(), versions.get(versions.size() - 1));
    if (!proof.ok()) {
      throw new IllegalStateException("verification failed: " + proof);
    }
    result.put("verify_s", proof.ms() / 1000.0);
  }

  /** Rewrites ten thousand rows spread over the table. */
  private void touch(StoreEngine engine, int step) {
    int stride = Math.max(1, options.rows() / TOUCHED);
    WriteSet set = new WriteSet();
    for (int i = 0; i < Math.min(TOUCHED, options.rows()); i++) {
      int item = (int) ((long) i * stride % options.rows());
      set.put(BenchRows.TABLE, rows.item(item), rows.row(item, step));
      if (set.rows().size() == BATCH) {
        engine.store().write(set);
        set = new WriteSet();
      }
    }
    engine.store().write(set);
  }

  private static long ms(Runnable work) {
    return Math.round(time(work) / 1e6);
  }

  private void bootstrap(StoreEngine engine, RocksEmbeddingStore store)
      throws InterruptedException {
    progress.accept("bootstrap another node over HTTP");
    Path directory = options.directory();
    Snapshots snapshots = new Snapshots(directory.resolve("snapshots"), 1, Clock.systemUTC());
    LiveSnapshots live = new LiveSnapshots(engine, snapshots, store::checkpoint);
    StoreServer.Parts parts =
        new StoreServer.Parts(engine, live, () -> null, new SimpleMeterRegistry());
    try (StoreServer server = new StoreServer(parts, 0)) {
      long begin = System.nanoTime();
      SnapshotManifest taken = live.take();
      result.put("snapshot_s", (System.nanoTime() - begin) / 1e9);
      URI base = URI.create("http://127.0.0.1:" + server.port());
      long[] nanos = new long[BOOTSTRAPS];
      for (int i = 0; i < BOOTSTRAPS; i++) {
        Path fetched = directory.resolve("fetched-" + i);
        Path node = directory.resolve("node-" + i);
        long start = System.nanoTime();
        new SnapshotFetcher(base).fetch(taken.id(), fetched);
        Restore.install(fetched, node, System.currentTimeMillis());
        try (RocksEmbeddingStore other = new RocksEmbeddingStore(node, config)) {
          long checksum = other.state(BenchRows.TABLE).checksum();
          nanos[i] = System.nanoTime() - start;
          if (checksum != store.state(BenchRows.TABLE).checksum()) {
            throw new IllegalStateException("the new node has another checksum");
          }
        }
      }
      result.put("bootstrap_first_s", nanos[0] / 1e9);
      result.put("bootstrap_s", percentile(nanos, 0.5) / 1e9);
    }
  }

  /** The same puts with lineage beside each row, against raw doing both writes. */
  private void lineage() {
    progress.accept("put with lineage");
    int count = Math.min(options.rows(), 300_000);
    byte[] lineage = rows.lineage();
    try (RawRocks raw = new RawRocks(options.directory().resolve("raw-lineage"), config);
        RocksEmbeddingStore store =
            new RocksEmbeddingStore(options.directory().resolve("store-lineage"), config)) {
      long storeNs = 0;
      long rawNs = 0;
      for (int at = 0; at < count; at += BATCH) {
        int from = at;
        storeNs +=
            time(
                () -> {
                  WriteSet set = new WriteSet();
                  for (int i = from; i < from + BATCH; i++) {
                    set.put(BenchRows.TABLE, rows.item(i), rows.row(i, 1), lineage);
                  }
                  store.write(set);
                });
        rawNs += time(() -> raw.put(from, from + BATCH, rows::item, rows::encoded, lineage));
      }
      result.put("put_rows_per_s_with_lineage", Math.round(count * 1e9 / storeNs));
      result.put("put_with_lineage_over_raw", rawNs / (double) storeNs);
      store.compact();
      result.put("lineage_bytes_per_row", store.liveBytes("lineage") / (double) count);
    }
  }

  private void bytesPerRow() {
    Map<String, Object> bytes = new LinkedHashMap<>();
    for (VectorFormat format : List.of(VectorFormat.FP32, VectorFormat.FP16, VectorFormat.INT8)) {
      progress.accept("bytes a row as " + format);
      Path directory = options.directory().resolve("format-" + format);
      try (RocksEmbeddingStore store =
          new RocksEmbeddingStore(directory, config.withFormat(format))) {
        putAll(store, 0, options.rows());
        store.compact();
        bytes.put(
            format.name().toLowerCase(Locale.ROOT),
            store.liveBytes("rows") / (double) options.rows());
      }
    }
    result.put("bytes_per_row", bytes);
  }
}
