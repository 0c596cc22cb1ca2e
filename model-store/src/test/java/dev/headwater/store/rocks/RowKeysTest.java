package dev.headwater.store.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys in the order in which RocksDB holds them: by their bytes, unsigned. */
class RowKeysTest {
  private static final long VERSION_MAX = 0xFFFFFFFFL;

  private record Row(int table, String item, long version) {
    byte[] key() {
      return RowKeys.row(table, item.getBytes(UTF_8), version);
    }
  }

  private static Row row(Random random) {
    StringBuilder item = new StringBuilder();
    for (int i = 0; i < 1 + random.nextInt(3); i++) {
      item.append(random.nextInt(4) == 0 ? "é\uffff" : "ab".charAt(random.nextInt(2)));
    }
    long version = random.nextInt(5) == 0 ? VERSION_MAX - random.nextInt(3) : random.nextInt(6);
    return new Row(1 + random.nextInt(2), item.toString(), version);
  }

  @Test
  void namesStandInTheOrderOfTheirKeys() {
    Random random = new Random(4);
    for (int i = 0; i < 2_000; i++) {
      Row one = row(random);
      Row other = row(random);
      int names = RowKeys.compareItems(one.item().getBytes(UTF_8), other.item().getBytes(UTF_8));
      byte[] first = new Row(1, one.item(), 1).key();
      byte[] second = new Row(1, other.item(), 1).key();
      assertThat(Integer.signum(names))
          .as("%s and %s", one.item(), other.item())
          .isEqualTo(Integer.signum(Arrays.compareUnsigned(first, second)));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theFirstKeyAtOrAfterAVersionIsTheRowReadThere(long seed) {
    Random random = new Random(seed);
    TreeSet<byte[]> disk = new TreeSet<>(Arrays::compareUnsigned);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Row row = row(random);
      rows.add(row);
      disk.add(row.key());
    }
    for (int i = 0; i < 2_000; i++) {
      Row asked = row(random);
      byte[] item = asked.item().getBytes(UTF_8);
      long expected =
          rows.stream()
              .filter(row -> row.table() == asked.table() && row.item().equals(asked.item()))
              .mapToLong(Row::version)
              .filter(version -> version <= asked.version())
              .max()
              .orElse(-1);
      byte[] found = disk.ceiling(asked.key());
      long read =
          found != null && RowKeys.isOf(found, asked.table(), item) ? RowKeys.versionOf(found) : -1;
      assertThat(read).as("seed %d: %s", seed, asked).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theRangeOfAnItemHoldsAllItsVersionsAndNobodyElses(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      Row one = row(random);
      Row other = row(random);
      byte[] item = one.item().getBytes(UTF_8);
      boolean same = one.table() == other.table() && one.item().equals(other.item());
      byte[] key = other.key();
      boolean within =
          Arrays.compareUnsigned(key, RowKeys.beforeItem(one.table(), item)) >= 0
              && Arrays.compareUnsigned(key, RowKeys.afterItem(one.table(), item)) < 0;
      assertThat(within).as("seed %d: %s, %s", seed, one, other).isEqualTo(same);
      assertThat(RowKeys.sameItem(one.key(), key)).isEqualTo(same);
      assertThat(RowKeys.itemOf(key)).isEqualTo(other.item().getBytes(UTF_8));
      assertThat(RowKeys.tableOf(key)).isEqualTo(other.table());
      assertThat(RowKeys.versionOf(key)).isEqualTo(other.version());
    }
  }

  @Test
  void deltasStandByTableVersionAndChunk() {
    byte[] before = RowKeys.table(1);
    for (int table = 1; table < 4; table++) {
      for (long version : new long[] {1, 2, 300, 0x7FFFFFFFL, 0x80000000L, VERSION_MAX}) {
        for (int chunk : new int[] {0, 1, 70_000}) {
          byte[] key = RowKeys.delta(table, version, chunk);
          assertThat(Arrays.compareUnsigned(key, before))
              .as("table %d, version %d, chunk %d", table, version, chunk)
              .isPositive();
          assertThat(RowKeys.deltaVersion(key)).isEqualTo(version);
          assertThat(RowKeys.deltaChunk(key)).isEqualTo(chunk);
          before = key;
        }
      }
      assertThat(Arrays.compareUnsigned(RowKeys.table(table + 1), before)).isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void namesComeOutOfTheirChunksAsTheyWentIn(long seed) {
    Random random = new Random(seed);
    for (int size : new int[] {0, 1, Deltas.CHUNK_ITEMS, Deltas.CHUNK_ITEMS + 1, 2_500}) {
      List<byte[]> items = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        byte[] item = new byte[i == 0 ? 40_000 : random.nextInt(40)];
        random.nextBytes(item);
        items.add(item);
      }
      List<byte[]> read = new ArrayList<>();
      for (byte[] chunk : Deltas.pack(items)) {
        List<byte[]> names = Deltas.unpack(chunk);
        assertThat(names).hasSizeBetween(1, Deltas.CHUNK_ITEMS);
        read.addAll(names);
      }
      assertThat(read).as("seed %d, %d names", seed, size).hasSameSizeAs(items);
      for (int i = 0; i < size; i++) {
        assertThat(read.get(i)).isEqualTo(items.get(i));
      }
    }
  }
}
