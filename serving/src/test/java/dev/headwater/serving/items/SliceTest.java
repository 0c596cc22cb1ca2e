package dev.headwater.serving.items;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SliceTest {
  private static final int ITEMS = 30_000;

  @Test
  void eachItemIsHeldByOneShardAndEachShardHoldsItsShare() {
    for (int shards : new int[] {1, 2, 3, 7, 50}) {
      int[] held = new int[shards];
      for (int i = 0; i < ITEMS; i++) {
        String item = "item-" + i;
        int owners = 0;
        for (int shard = 0; shard < shards; shard++) {
          boolean holds = new Slice(shards, shard).holds("shop", item);
          held[shard] += holds ? 1 : 0;
          owners += holds ? 1 : 0;
        }
        assertThat(owners).isEqualTo(1);
      }
      double share = (double) ITEMS / shards;
      IntStream.of(held)
          .forEach(
              each -> assertThat((double) each).isCloseTo(share, within(6 * Math.sqrt(share))));
    }
  }

  @Test
  void whereAnItemLiesNeverChanges() { // nodes of two releases must agree
    Slice any = new Slice(1_000, 0);
    assertThat(IntStream.range(0, 4).map(i -> any.of("shop", "item-" + i)).toArray())
        .containsExactly(377, 785, 479, 801);
  }

  @Test
  void aShardThatIsNoneOfThemIsRefused() {
    assertThatThrownBy(() -> new Slice(3, 3)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Slice(0, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Slice(3, -1)).isInstanceOf(IllegalArgumentException.class);
  }
}
