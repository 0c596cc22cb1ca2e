package dev.headwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ItemLifeTest {
  @Test
  void anUnchangedTextKeepsTheRevisionAndAChangedOneRaisesIt() {
    ItemLife first = ItemLife.after(null, 7, 1, 50);
    assertThat(ItemLife.after(first, 8, 1, 51)).isEqualTo(first);
    assertThat(ItemLife.after(first, 9, 2, 52)).isEqualTo(new ItemLife(7, 9, 2, true, 50, 0));
  }

  @Test
  void theFirstRecordAfterATombstoneBeginsANewLife() {
    ItemLife ended = ItemLife.ended(ItemLife.after(null, 7, 1, 50), 8);
    assertThat(ItemLife.after(ended, 9, 1, 60)).isEqualTo(new ItemLife(9, 9, 1, true, 60, 0));
  }

  @Test
  void bytesAreReadBack() {
    ItemLife life = new ItemLife(Long.MAX_VALUE, 1, -5, false, 3, 4);
    assertThat(ItemLife.fromBytes(life.toBytes())).isEqualTo(life);
    assertThat(ItemLife.fromBytes(null)).isNull();
  }

  @Test
  void bytesOfAnOlderReleaseAreRead() {
    byte[] old = ByteBuffer.allocate(25).putLong(7).putLong(9).putLong(2).put((byte) 1).array();
    assertThat(ItemLife.fromBytes(old)).isEqualTo(new ItemLife(7, 9, 2, true, 0, 0));
  }

  @Test
  void anErasureEndsTheLifeItFindsAndLeavesALaterOneAlone() {
    ItemLife life = ItemLife.after(null, 7, 1, 50);
    ItemLife erased = ItemLife.erased(life, 60);
    assertThat(erased.alive()).isFalse();
    assertThat(erased.erasedMs()).isEqualTo(60);
    ItemLife again = ItemLife.after(erased, 3, 1, 70);
    assertThat(again.incarnation()).isGreaterThan(life.incarnation());
    assertThat(ItemLife.erased(again, 65)).isEqualTo(new ItemLife(8, 8, 1, true, 70, 65));
    assertThat(ItemLife.erased(null, 60).alive()).isFalse();
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
              : ItemLife.after(before, offset, random.nextInt(3), i);
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
