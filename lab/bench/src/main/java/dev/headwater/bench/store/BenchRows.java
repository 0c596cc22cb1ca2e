package dev.headwater.bench.store;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.VectorFormat;
import dev.headwater.store.table.RowCodec;
import dev.headwater.store.table.RowStamp;
import dev.headwater.store.table.StoredRow;
import dev.headwater.store.table.TableId;
import java.util.Random;

/** Rows to write: names like those of a catalog, vectors from a pool of seeded normal ones. */
final class BenchRows {
  static final TableId TABLE = new TableId("bench", "model");
  private static final int POOL = 4096;

  private final String[] items;
  private final float[][] pool = new float[POOL][];
  private final byte[][] encoded = new byte[POOL][];

  BenchRows(int rows, int dim, long seed) {
    items = new String[rows];
    for (int i = 0; i < rows; i++) {
      items[i] = "B%09d".formatted(i * 7919L % 1_000_000_007L);
    }
    Random random = new Random(seed);
    for (int i = 0; i < POOL; i++) {
      pool[i] = new float[dim];
      for (int j = 0; j < dim; j++) {
        pool[i][j] = (float) random.nextGaussian() / 8;
      }
    }
    RowCodec codec = new RowCodec(VectorFormat.FP32);
    for (int i = 0; i < POOL; i++) {
      encoded[i] = codec.encode(i, row(100_000 + i, 1)).bytes();
    }
  }

  String item(int index) {
    return items[index];
  }

  float[] vector(int index) {
    return pool[index & POOL - 1];
  }

  StoredRow row(int index, long step) {
    return new StoredRow(
        EmbeddingRow.Origin.FINE_TUNED,
        index,
        new RowStamp(0, 1, step),
        pool[(int) (index + step) & POOL - 1]);
  }

  /** Bytes of a row as the store writes them: the value that raw RocksDB gets, made before. */
  byte[] encoded(int index) {
    return encoded[index & POOL - 1];
  }

  /** Lineage as a fine-tuned row has it: times, counts, the newest event. */
  byte[] lineage() {
    return EmbeddingRow.newBuilder()
        .setRevision(4711)
        .setInteractionsLearned(100)
        .setNewestEventTimeMs(1_700_000_000_000L)
        .setCausedMs(1_700_000_000_000L)
        .setComputedMs(1_700_000_000_100L)
        .setPublishedMs(1_700_000_000_200L)
        .setBundleId("0123456789ab")
        .setNewestEventId("e-123456789")
        .build()
        .toByteArray();
  }
}
