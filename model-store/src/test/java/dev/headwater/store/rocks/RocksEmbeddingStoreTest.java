package dev.headwater.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.VectorFormat;
import dev.headwater.store.table.AbstractEmbeddingStoreTest;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.RowStamp;
import dev.headwater.store.table.StoredRow;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.WriteSet;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RocksEmbeddingStoreTest extends AbstractEmbeddingStoreTest {
  private static final TableId SHOP = new TableId("shop", "m");
  private static final TableId BOOKS = new TableId("reading", "m");

  @Override
  protected EmbeddingStore open(VectorFormat format) {
    return new RocksEmbeddingStore(directory, RocksConfig.defaults().withFormat(format));
  }

  @Override
  protected boolean durable() {
    return true;
  }

  private RocksEmbeddingStore openWithRoomFor(int rows) {
    RocksConfig config = RocksConfig.defaults();
    return new RocksEmbeddingStore(
        directory.resolve("small"),
        new RocksConfig(
            config.format(),
            config.blockCacheBytes(),
            config.memtableBytes(),
            config.memtablesBytesMax(),
            rows));
  }

  private static void put(WriteSet set, TableId table, String item, float value) {
    set.put(
        table,
        item,
        new StoredRow(
            EmbeddingRow.Origin.COLD_START, 7, new RowStamp(0, 1, 1), new float[] {value, 1}),
        null);
  }

  private static float[] vector(EmbeddingStore store, String item) {
    return Objects.requireNonNull(store.get(SHOP, item)).vector();
  }

  @Test
  void itemsThatHaveEndedTakeNoRoom() {
    try (RocksEmbeddingStore store = openWithRoomFor(4)) {
      for (int i = 0; i < 50; i++) {
        WriteSet set = new WriteSet();
        put(set, SHOP, "i" + i, i);
        store.write(set);
        store.write(new WriteSet().delete(SHOP, "i" + i, 7));
        var unused = store.seal(SHOP, 0, i);
      }
      WriteSet set = new WriteSet();
      put(set, SHOP, "i3", 5);
      store.write(set);
      assertThat(store.refusedRows()).isZero();
      assertThat(store.touchedSince(SHOP, store.versions(SHOP).get(49).version()))
          .containsExactly("i3");
    }
    try (RocksEmbeddingStore again = openWithRoomFor(4)) {
      assertThat(again.state(SHOP).rows()).isEqualTo(1);
      assertThat(vector(again, "i3")).containsExactly(5, 1);
    }
  }

  /** Otherwise reading them steps back again and again: five million took a quarter of an hour. */
  @Test
  void itemsThatWereTouchedComeInTheOrderOfTheirKeys() {
    try (RocksEmbeddingStore store = openWithRoomFor(200)) {
      WriteSet set = new WriteSet();
      for (int i = 0; i < 120; i++) {
        put(set, SHOP, "i" + i, i);
      }
      store.write(set);
      long sealed = store.seal(SHOP, 0, 1).version();
      WriteSet again = new WriteSet();
      put(again, SHOP, "i1", 7);
      store.write(again); // once sealed, once open
      assertThat(store.touchedSince(SHOP, sealed)).containsExactly("i1");
      List<String> touched = store.touchedSince(SHOP, 0);
      assertThat(touched).hasSize(120).doesNotHaveDuplicates();
      assertThat(touched).startsWith("i0", "i100", "i101").endsWith("i97", "i98", "i99", "i9");
    }
  }

  @Test
  void beyondItsRoomNewItemsAreLeftOutAndTheOthersGoOn() {
    try (RocksEmbeddingStore store = openWithRoomFor(3)) {
      WriteSet set = new WriteSet();
      put(set, SHOP, "a", 1);
      put(set, SHOP, "b", 1);
      put(set, BOOKS, "a", 1);
      put(set, BOOKS, "b", 1);
      put(set, SHOP, "b", 2);
      store.write(set.offset("t/0", 9));
      assertThat(store.refusedRows()).isEqualTo(1);
      assertThat(vector(store, "b")).containsExactly(2, 1);
      assertThat(store.get(BOOKS, "b")).isNull();
      assertThat(store.offsets()).containsEntry("t/0", 9L);
      assertThat(store.seal(BOOKS, 0, 1).rows()).isEqualTo(1);
    }
    try (RocksEmbeddingStore full = openWithRoomFor(2)) {
      assertThat(full.state(SHOP).rows()).as("a lower limit than there are rows").isEqualTo(2);
      WriteSet set = new WriteSet();
      put(set, SHOP, "a", 3);
      put(set, SHOP, "c", 3);
      full.write(set);
      assertThat(vector(full, "a")).containsExactly(3, 1);
      assertThat(full.refusedRows()).isEqualTo(1);
    }
  }
}
