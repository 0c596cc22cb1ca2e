package dev.headwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ItemLifeTest {
  @Test
  void anUnchangedTextKeepsTheRevisionAndAChangedOneRaisesIt() {
    ItemLife first = ItemLife.after(null, 7, 1);
    assertThat(ItemLife.after(first, 8, 1)).isEqualTo(first);
    assertThat(ItemLife.after(first, 9, 2)).isEqualTo(new ItemLife(7, 9, 2, true));
  }

  @Test
  void theFirstRecordAfterATombstoneBeginsANewLife() {
    ItemLife ended = ItemLife.ended(ItemLife.after(null, 7, 1), 8);
    assertThat(ItemLife.after(ended, 9, 1)).isEqualTo(new ItemLife(9, 9, 1, true));
  }

  @Test
  void bytesAreReadBack() {
    ItemLife life = new ItemLife(Long.MAX_VALUE, 1, -5, false);
    assertThat(ItemLife.fromBytes(life.toBytes())).isEqualTo(life);
    assertThat(ItemLife.fromBytes(null)).isNull();
  }

  /** Re-keyed records come from several partitions, whose offsets have no common order. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void livesAndRevisionsOnlyGrowWhateverTheOffsets(long seed) {
    Random random = new Random(seed);
    ItemLife life = null;
    for (int i = 0; i < 1000; i++) {
      ItemLife before = life;
      long offset = random.nextInt(50);
      life =
          random.nextInt(3) == 0
              ? ItemLife.ended(before, offset)
              : ItemLife.after(before, offset, random.nextInt(3));
      if (before == null || !life.alive()) {
        continue;
      }
      if (before.alive()) {
        assertThat(life.incarnation()).as("seed %d", seed).isEqualTo(before.incarnation());
        assertThat(life.revision() > before.revision())
            .isEqualTo(life.textHash() != before.textHash());
      } else {
        assertThat(life.incarnation()).as("seed %d", seed).isGreaterThan(before.incarnation());
      }
    }
  }
}
