package dev.headwater.store.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.Keys;
import dev.headwater.events.RowRecord;
import dev.headwater.events.wire.EmbeddingRow;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class OwedTest {
  @Test
  void isReadAsItWasWritten() {
    Owed all =
        Owed.late(row(7, 70))
            .and(Owed.lower(row(9, 90)))
            .and(Owed.retired(RowRecord.Kind.ROLLBACK, row(8, 80)));
    assertThat(Owed.of(all.bytes())).isEqualTo(all);
    assertThat(all.incarnation()).isEqualTo(9);
    assertThat(all.isAfter(89)).isTrue();
    assertThat(all.isAfter(90)).isFalse();
    Owed lower = Owed.lower(row(3, 0));
    assertThat(Owed.of(lower.bytes())).isEqualTo(lower);
    assertThat(lower.isAfter(0)).as("nobody knows when it began").isFalse();
  }

  @Test
  void whatOlderReleasesKeptIsALateRow() {
    byte[] incarnation = ByteBuffer.allocate(Long.BYTES).putLong(5).array();
    assertThat(Owed.of(incarnation)).isEqualTo(Owed.late(row(5, 0)));
    byte[] reasons = ByteBuffer.allocate(Long.BYTES + 1).putLong(5).put((byte) 2).array();
    assertThat(Owed.of(reasons)).isEqualTo(Owed.lower(row(5, 0)));
    assertThat(Owed.of(new byte[] {1}).isLate()).isTrue();
  }

  /** Found by the simulation: the end of the item's first incarnation came behind the late row. */
  @Test
  void anEndOfAnEarlierIncarnationEndsLessThanIsDue() {
    Owed due = Owed.retired(RowRecord.Kind.COLD, row(5, 0));
    assertThat(due.after(end(RowRecord.Kind.COLD, 4)).isNothing()).isFalse();
    assertThat(due.after(end(RowRecord.Kind.TUNED, 5)).isNothing()).isFalse();
    assertThat(due.after(end(RowRecord.Kind.COLD, 5)).isNothing()).isTrue();
    assertThat(due.after(end(RowRecord.Kind.COLD, IncarnationHeader.NONE)).isNothing()).isTrue();
  }

  @Test
  void theEndOfARollbackIsNoMoreDueBehindAnotherRow() {
    Owed due = Owed.endOfRollback(5);
    assertThat(due.behindRollback(row(5, 0)).isEndOfRollback()).as("its own echo").isTrue();
    assertThat(due.behindRollback(row(6, 0)).isNothing()).isTrue();
    Owed late = due.and(Owed.late(row(9, 0)));
    assertThat(late.behindRollback(row(5, 0)).isEndOfRollback()).isTrue();
    assertThat(late.behindRollback(row(9, 0)).isEndOfRollback()).isFalse();
    assertThat(late.behindRollback(row(9, 0)).isLate()).isTrue();
    assertThat(Owed.of(late.bytes())).isEqualTo(late);
    Keys.RowKey key = new Keys.RowKey("shop", "m1", "i1");
    assertThat(late.ends(key, false))
        .as("the late row's incarnation lives")
        .extracting(RowRecord::endedIncarnation)
        .containsExactly(5L);
    assertThat(late.after(end(RowRecord.Kind.ROLLBACK, 5)).isEndOfRollback()).isFalse();
    assertThat(late.after(end(RowRecord.Kind.ROLLBACK, 4)).isEndOfRollback()).isTrue();
  }

  private static EmbeddingRow row(long incarnation, long beganMs) {
    return EmbeddingRow.newBuilder()
        .setOrigin(EmbeddingRow.Origin.FINE_TUNED)
        .setIncarnation(incarnation)
        .setBeganMs(beganMs)
        .build();
  }

  private static RowRecord end(RowRecord.Kind kind, long incarnation) {
    return new RowRecord(
        kind, new Keys.RowKey("shop", "m1", "i1"), 0, 0, 0, 0, incarnation, false, false, null);
  }
}
