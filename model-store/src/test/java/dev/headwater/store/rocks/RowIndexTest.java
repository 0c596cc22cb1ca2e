package dev.headwater.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.store.table.RowHash;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RowIndexTest {
  private final RowIndex index = new RowIndex();

  private static byte[] name(int i) {
    return ("item-" + i).getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void findsManyAsItFindsEach() {
    byte[][] names = new byte[2_000][];
    long[] hashes = new long[names.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = name(i / 2 * 3);
      hashes[i] = RowHash.ofItem(names[i]);
      if (i % 4 < 2) {
        index.findOrAdd(names[i], hashes[i]);
      }
    }
    int[] slots = index.findAll(names, hashes);
    for (int i = 0; i < names.length; i++) {
      assertThat(slots[i]).isEqualTo(index.find(names[i], hashes[i]));
      assertThat(slots[i] >= 0).as("every second pair was added").isEqualTo(i % 4 < 2);
    }
  }

  @Test
  void tellsItemsOfOneBucketApart() {
    long hash = 7L << 32;
    int first = index.add(name(1), hash);
    int second = index.add(name(2), hash);
    assertThat(
            index.findAll(new byte[][] {name(2), name(1), name(3)}, new long[] {hash, hash, hash}))
        .containsExactly(second, first, -1);
  }
}
