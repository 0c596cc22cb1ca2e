package dev.headwater.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

class BatchBufferTest {
  @TempDir Path directory;

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void readsBackWhatWasPut() {
    BatchBuffer batch = new BatchBuffer();
    for (int round = 0; round < 2; round++) {
      batch.clear();
      batch.put(1, utf8("k"), new byte[0]);
      batch.put(300, utf8("key"), new byte[70_000]);
      batch.delete(2, utf8("gone"));
      List<BatchReader.Entry> entries = BatchReader.read(batch.toBytes());
      assertThat(entries).extracting(BatchReader.Entry::family).containsExactly(1, 300, 2);
      assertThat(entries.get(0).value()).isEmpty();
      assertThat(entries.get(1).value()).hasSize(70_000);
      assertThat(entries.get(2).key()).isEqualTo(utf8("gone"));
      assertThat(entries.get(2).value()).isNull();
    }
  }

  @Test
  void writesTheBytesThatRocksDbWrites() throws RocksDBException {
    Random random = new Random(3);
    try (RocksFiles files = new RocksFiles(directory, RocksConfig.defaults());
        WriteBatch theirs = new WriteBatch()) {
      BatchBuffer ours = new BatchBuffer();
      for (int i = 0; i < 500; i++) {
        byte[] key = new byte[1 + random.nextInt(300)];
        byte[] value = new byte[random.nextInt(400)];
        random.nextBytes(key);
        random.nextBytes(value);
        if (i % 7 == 0) {
          theirs.delete(files.lineage, key);
          ours.delete(files.lineageId, key);
        } else {
          theirs.put(files.rows, key, value);
          ours.put(files.rowsId, key, value);
        }
      }
      assertThat(ours.toBytes()).isEqualTo(theirs.data());
      ours.write(files.db, files.unsynced);
      BatchReader.Entry last = BatchReader.read(ours.toBytes()).get(499);
      assertThat(files.db.get(files.rows, last.key())).isEqualTo(last.value());
    }
  }
}
