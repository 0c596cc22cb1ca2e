package dev.headwater.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.events.wire.VectorFormat;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoreException.Code;
import dev.headwater.store.table.TableId;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Upgrade and downgrade: what a release does with a directory that another one wrote. */
class DirectoryFormatTest {
  private static final TableId TABLE = new TableId("toys", "b1");

  @TempDir Path directory;

  @Test
  void readsWhatItWrote() {
    write(Manifests.FORMAT);
    try (RocksEmbeddingStore store = open()) {
      assertThat(store.tables()).isEmpty();
      assertThat(store.state(TABLE).rows()).isZero();
    }
  }

  @Test
  void refusesADirectoryOfANewerRelease() {
    write(Manifests.FORMAT + 1);
    assertRefused(Code.TOO_NEW, "format " + (Manifests.FORMAT + 1));
  }

  @Test
  void refusesADirectoryOfAReleaseTooOldToRead() {
    write(Manifests.OLDEST_FORMAT - 1);
    assertRefused(Code.TOO_OLD, "format " + (Manifests.OLDEST_FORMAT - 1));
  }

  /** A refused directory is as it was: the release that wrote it opens it again. */
  @Test
  void leavesARefusedDirectoryAlone() {
    write(Manifests.FORMAT + 1);
    assertRefused(Code.TOO_NEW, "newer");
    write(Manifests.FORMAT);
    try (RocksEmbeddingStore store = open()) {
      assertThat(store.offsets()).containsEntry("t/0", 7L);
    }
  }

  private void assertRefused(Code code, String words) {
    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(words);
  }

  private RocksEmbeddingStore open() {
    return new RocksEmbeddingStore(directory, RocksConfig.defaults());
  }

  /** Writes a directory as the release with this format would. */
  private void write(int format) {
    try (RocksFiles files = new RocksFiles(directory, RocksConfig.defaults())) {
      files.db.put(
          files.meta,
          files.synced,
          Manifests.FORMAT_KEY,
          Manifests.json(new Manifests.Format(format, VectorFormat.FP32)));
      files.db.put(files.meta, files.synced, Manifests.offsetKey("t/0"), Manifests.number(7));
    } catch (org.rocksdb.RocksDBException e) {
      throw RocksFiles.failed("write", e);
    }
  }
}
