package dev.headwater.bench.store;

import dev.headwater.events.Keys;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.store.cycle.StoreEngine;
import dev.headwater.store.rocks.RocksConfig;
import dev.headwater.store.rocks.RocksEmbeddingStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The whole path behind the consumer for a minute: wire rows decoded, merged by the row rules,
 * written with lineage and offsets in batches of 1,000, while versions are sealed, validated and
 * announced every five seconds and old ones collected. Default memory limits.
 */
final class SustainedLoad {
  private final StoreBench.Options options;
  private final BenchRows rows;
  private final Consumer<String> progress;
  private final SplittableRandom random;

  SustainedLoad(StoreBench.Options options, BenchRows rows, Consumer<String> progress) {
    this.options = options;
    this.rows = rows;
    this.progress = progress;
    random = new SplittableRandom(options.seed());
  }

  void run(Map<String, Object> result) throws InterruptedException {
    progress.accept("sustained load for " + options.sustainedSeconds() + " s");
    ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    try (RocksEmbeddingStore store =
            new RocksEmbeddingStore(
                options.directory().resolve("sustained"), RocksConfig.defaults());
        StoreEngine engine = StoreBench.engine(store)) {
      engine.announceModel(BenchRows.TABLE.domain(), BenchRows.TABLE.model(), "bench");
      load(engine);
      var unused = scheduler.scheduleWithFixedDelay(() -> cycle(engine), 5, 5, TimeUnit.SECONDS);
      long rssStart = rssBytes();
      long start = System.nanoTime();
      long end = start + TimeUnit.SECONDS.toNanos(options.sustainedSeconds());
      long count = 0;
      long rssMax = rssStart;
      while (System.nanoTime() < end) {
        for (int i = 0; i < StoreBench.BATCH; i++) {
          take(engine, RowRecord.Kind.TUNED, random.nextInt(options.rows()), count++);
        }
        engine.flush();
        if (count % 100_000 == 0) {
          rssMax = Math.max(rssMax, rssBytes());
        }
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      scheduler.shutdown();
      scheduler.awaitTermination(30, TimeUnit.SECONDS);
      result.put("sustained_rows_per_s", Math.round(count / seconds));
      result.put("sustained_seconds", seconds);
      result.put("sustained_rss_mb_start", rssStart >> 20);
      result.put("sustained_rss_mb_max", rssMax >> 20);
      result.put("sustained_store_memory_mb", store.memoryBytes() >> 20);
      result.put("sustained_versions", store.versions(BenchRows.TABLE).size());
      result.put("sustained_disk_mb", store.diskBytes() >> 20);
    } finally {
      scheduler.shutdownNow();
    }
  }

  private void load(StoreEngine engine) {
    for (int i = 0; i < options.rows(); i++) {
      take(engine, RowRecord.Kind.COLD, i, i);
      if (engine.unflushed() == StoreBench.BATCH) {
        engine.flush();
      }
    }
    engine.flush();
    engine.runCycle();
  }

  private void cycle(StoreEngine engine) {
    engine.runCycle();
    for (int i = 0; i < 20 && engine.retain(); i++) {
      progress.accept("retention");
    }
  }

  private void take(StoreEngine engine, RowRecord.Kind kind, int index, long step) {
    boolean cold = kind == RowRecord.Kind.COLD;
    EmbeddingRow row =
        EmbeddingRow.newBuilder()
            .setIncarnation(1)
            .setOrigin(cold ? EmbeddingRow.Origin.COLD_START : EmbeddingRow.Origin.FINE_TUNED)
            .setVersion(RowVersion.newBuilder().setEpoch(1).setStep(step))
            .setVector(Vectors.fp32(rows.vector(index)))
            .setPublishedMs(1_700_000_000_000L + step)
            .build();
    Keys.RowKey key =
        new Keys.RowKey(BenchRows.TABLE.domain(), BenchRows.TABLE.model(), rows.item(index));
    engine.take(RowRecord.of(kind, key, step, row));
  }

  /** Resident memory of this process; 0 where the system does not say. */
  private static long rssBytes() {
    Path status = Path.of("/proc/self/statm");
    if (!Files.isReadable(status)) {
      return 0;
    }
    try {
      return Long.parseLong(Files.readString(status).split(" ", -1)[1]) * 4096;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
