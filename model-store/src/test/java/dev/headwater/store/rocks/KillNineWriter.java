package dev.headwater.store.rocks;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.table.RowStamp;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoredRow;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.WriteSet;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The process that is killed: writes batches without end, each with its number as topic offset, and
 * says on standard output what was acknowledged. What a batch writes follows from its number alone.
 */
final class KillNineWriter {
  static final TableId TABLE = new TableId("toys", "m1");
  static final String PARTITION = "embeddings.fine-tuned/0";
  static final int ITEMS = 700;
  private static final int BATCH = 40;
  private static final int SEAL_EVERY = 25;

  private KillNineWriter() {}

  /** Writes into the directory given, from the offset found there on. */
  public static void main(String[] args) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    RocksConfig config =
        new RocksConfig(RocksConfig.defaults().format(), 8 << 20, 1 << 20, 8 << 20, 10_000);
    RocksEmbeddingStore store = new RocksEmbeddingStore(Path.of(args[0]), config);
    long batch = store.offsets().getOrDefault(PARTITION, 0L);
    out.println("opened " + batch);
    for (; ; batch++) {
      store.write(batch(batch));
      out.println("written " + batch + " .");
      if (batch % SEAL_EVERY == 0) {
        SealedVersion sealed = store.seal(TABLE, 0, batch);
        out.println("sealed " + sealed.version() + " " + sealed.checksum() + " .");
        long floor = Math.max(0, store.versions(TABLE).size() - 20);
        if (floor > 0) {
          store.collect(TABLE, store.versions(TABLE).get((int) floor).version(), 200);
        }
      }
    }
  }

  /** What a batch does; every eighth row ends an incarnation. */
  static WriteSet batch(long batch) {
    WriteSet set = new WriteSet();
    for (int i = 0; i < BATCH; i++) {
      String item = "item-" + (batch * 37 + i * 13L) % ITEMS;
      if (i % 8 == 7) {
        set.delete(TABLE, item, 1);
      } else {
        set.put(TABLE, item, row(batch, i), new byte[] {(byte) batch});
      }
    }
    return set.offset(PARTITION, batch + 1);
  }

  private static StoredRow row(long batch, int index) {
    float[] vector = new float[64];
    vector[index] = batch;
    return new StoredRow(EmbeddingRow.Origin.FINE_TUNED, 1, new RowStamp(0, 1, batch), vector);
  }
}
