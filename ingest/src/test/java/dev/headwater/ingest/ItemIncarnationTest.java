package dev.headwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.wire.AcceptedItem;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ItemIncarnationTest {
  @Test
  void anUnchangedTextKeepsTheRevisionAndAChangedOneRaisesIt() {
    ItemIncarnation first = ItemIncarnation.after(null, 7, 1, 50);
    assertThat(ItemIncarnation.after(first, 8, 1, 51)).isEqualTo(first);
    assertThat(ItemIncarnation.after(first, 9, 2, 52))
        .isEqualTo(new ItemIncarnation(7, 9, 2, true, 50, 0));
  }

  @Test
  void theFirstRecordAfterATombstoneBeginsANewIncarnation() {
    ItemIncarnation ended = ItemIncarnation.ended(ItemIncarnation.after(null, 7, 1, 50), 8);
    assertThat(ItemIncarnation.after(ended, 9, 1, 60))
        .isEqualTo(new ItemIncarnation(9, 9, 1, true, 60, 0));
  }

  /** Found by the simulation: read again, a tombstone that named none ended what began since. */
  @Test
  void aTombstoneOfAnItemThatOnlyARequestNamedSoFarNamesItsOwnPlace() {
    ItemIncarnation ended = ItemIncarnation.ended(ItemIncarnation.deleted(null, 60), 7);
    assertThat(ended).isEqualTo(new ItemIncarnation(7, 7, 0, false, 0, 60));
    assertThat(ItemIncarnation.after(ended, 8, 1, 70).incarnation()).isEqualTo(8);
  }

  /** ColdStartJob passes a request of an item that nobody published on as the end of 0. */
  @Test
  void whatIsPublishedAfterARequestBeginsLaterThanTheFirst() {
    ItemIncarnation requested = ItemIncarnation.deleted(null, 60);
    assertThat(ItemIncarnation.after(requested, 0, 1, 70).incarnation()).isPositive();
  }

  @Test
  void bytesAreReadBack() {
    ItemIncarnation incarnation = new ItemIncarnation(Long.MAX_VALUE, 1, -5, false, 3, 4);
    assertThat(ItemIncarnation.fromBytes(incarnation.toBytes())).isEqualTo(incarnation);
    assertThat(ItemIncarnation.fromBytes(null)).isNull();
  }

  @Test
  void bytesOfAnOlderReleaseAreRead() {
    byte[] old = ByteBuffer.allocate(25).putLong(7).putLong(9).putLong(2).put((byte) 1).array();
    assertThat(ItemIncarnation.fromBytes(old)).isEqualTo(new ItemIncarnation(7, 9, 2, true, 0, 0));
  }

  @Test
  void aDeletionEndsTheIncarnationItFindsAndLeavesALaterOneAlone() {
    ItemIncarnation incarnation = ItemIncarnation.after(null, 7, 1, 50);
    ItemIncarnation deleted = ItemIncarnation.deleted(incarnation, 60);
    assertThat(deleted.alive()).isFalse();
    assertThat(deleted.deletedMs()).isEqualTo(60);
    ItemIncarnation again = ItemIncarnation.after(deleted, 3, 1, 70);
    assertThat(again.incarnation()).isGreaterThan(incarnation.incarnation());
    assertThat(ItemIncarnation.deleted(again, 65))
        .isEqualTo(new ItemIncarnation(8, 8, 1, true, 70, 65));
    assertThat(ItemIncarnation.deleted(null, 60).alive()).isFalse();
  }

  /** Filled from what was published, it knows when the incarnation began, not when it came last. */
  @Test
  void aRequestEndsAnIncarnationThatBeganBeforeItThoughItWasPublishedAgainSince() {
    AcceptedItem again =
        AcceptedItem.newBuilder().setIncarnation(7).setBeganMs(50).setPublishedMs(80).build();
    ItemIncarnation known = ItemIncarnation.published(again, 60);
    assertThat(known.bornMs()).isEqualTo(50);
    assertThat(known.deletedMs()).as("the request has not been done").isZero();
    assertThat(ItemIncarnation.deleted(known, 60).alive()).isFalse();
  }

  /** Re-keyed records come from several partitions, whose offsets have no common order. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void livesAndRevisionsOnlyGrowWhateverTheOffsets(long seed) {
    Random random = new Random(seed);
    ItemIncarnation incarnation = null;
    for (int i = 0; i < 1000; i++) {
      ItemIncarnation before = incarnation;
      long offset = random.nextInt(50);
      incarnation =
          random.nextInt(3) == 0
              ? ItemIncarnation.ended(before, offset)
              : ItemIncarnation.after(before, offset, random.nextInt(3), i);
      if (before == null || !incarnation.alive()) {
        continue;
      }
      if (before.alive()) {
        assertThat(incarnation.incarnation()).as("seed %d", seed).isEqualTo(before.incarnation());
        assertThat(incarnation.revision() > before.revision())
            .isEqualTo(incarnation.textHash() != before.textHash());
      } else {
        assertThat(incarnation.incarnation())
            .as("seed %d", seed)
            .isGreaterThan(before.incarnation());
      }
    }
  }
}
