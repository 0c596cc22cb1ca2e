package dev.headwater.store.rocks;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.inspect.Verification;
import dev.headwater.store.table.RowStamp;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoredRow;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.TableState;
import dev.headwater.store.table.WriteSet;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexFileTest {
  private static final TableId TOYS = new TableId("toys", "m1");

  @TempDir Path directory;

  private RocksEmbeddingStore open(Path at) {
    return new RocksEmbeddingStore(at, RocksConfig.defaults());
  }

  private static void put(RocksEmbeddingStore store, int from, int to, long step) {
    WriteSet set = new WriteSet();
    for (int i = from; i < to; i++) {
      set.put(
          TOYS,
          "item " + i,
          new StoredRow(
              EmbeddingRow.Origin.FINE_TUNED, i, new RowStamp(1, 2, step), new float[] {i, step}));
    }
    store.write(set);
  }

  /** Fills a store and closes it; returns its state. */
  private TableState fill() {
    try (RocksEmbeddingStore store = open(directory)) {
      put(store, 0, 3000, 1);
      store.seal(TOYS, 0, 0);
      put(store, 1000, 1500, 2);
      store.write(new WriteSet().delete(TOYS, "item 7", 7));
      return store.state(TOYS);
    }
  }

  private void assertSame(TableState state) {
    try (RocksEmbeddingStore store = open(directory)) {
      assertThat(store.state(TOYS)).isEqualTo(state);
      assertThat(store.meta(TOYS, "item 7")).isNull();
      assertThat(requireNonNull(store.meta(TOYS, "item 1200")).stamp())
          .isEqualTo(new RowStamp(1, 2, 2));
      assertThat(requireNonNull(store.get(TOYS, "item 2999")).vector()).containsExactly(2999, 1);
      SealedVersion sealed = store.seal(TOYS, 0, 0);
      assertThat(sealed.touched()).isEqualTo(501);
      assertThat(Verification.of(store, sealed).ok()).isTrue();
    }
  }

  @Test
  void aCleanCloseLeavesTheIndexForOneStart() throws Exception {
    TableState state = fill();
    Path file = directory.resolve(IndexFile.NAME);
    assertThat(file).exists();
    RocksFiles files = new RocksFiles(directory, RocksConfig.defaults());
    Tables tables = new Tables(1000);
    tables.add(new Manifests.TableEntry("toys", "m1", 1, state.openVersion()));
    assertThat(IndexFile.take(directory, files.db.getLatestSequenceNumber() + 1, tables)).isFalse();
    files.close();
    assertThat(file).doesNotExist();
    assertSame(state); // from the rows
    assertThat(file).exists();
  }

  @Test
  void theIndexOfTheFileIsThatOfTheRows() {
    assertSame(fill());
  }

  @Test
  void aDamagedIndexIsNotUsed() throws Exception {
    TableState state = fill();
    Path file = directory.resolve(IndexFile.NAME);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    assertSame(state);
  }

  @Test
  void aCheckpointCarriesItsIndexAlong() throws Exception {
    Path copy = directory.resolve("copy");
    TableState state;
    try (RocksEmbeddingStore store = open(directory.resolve("one"))) {
      put(store, 0, 2000, 1);
      store.seal(TOYS, 0, 0);
      put(store, 5, 50, 2);
      state = store.state(TOYS);
      store.checkpoint(copy);
      put(store, 0, 10, 3);
    }
    long sequence;
    try (RocksFiles files = new RocksFiles(copy, RocksConfig.defaults())) {
      sequence = files.db.getLatestSequenceNumber();
      Tables tables = new Tables(10_000);
      tables.add(new Manifests.TableEntry("toys", "m1", 1, state.openVersion()));
      assertThat(IndexFile.take(copy, sequence, tables)).isTrue();
      TableIndex table = tables.require(TOYS);
      assertThat(table.state().checksum()).isEqualTo(state.checksum());
      assertThat(table.state().rows()).isEqualTo(2000);
    }
  }
}
