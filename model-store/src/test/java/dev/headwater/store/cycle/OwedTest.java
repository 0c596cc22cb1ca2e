package dev.headwater.store.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.Keys;
import dev.headwater.events.RowRecord;
import org.junit.jupiter.api.Test;

class OwedTest {
  @Test
  void isReadAsItWasWritten() {
    Owed all = Owed.late(7).and(Owed.lower(9)).and(Owed.retired(RowRecord.Kind.ROLLBACK, 8));
    assertThat(Owed.of(all.bytes())).isEqualTo(all);
    assertThat(all.incarnation()).isEqualTo(9);
    assertThat(Owed.of(Owed.lower(3).bytes())).isEqualTo(Owed.lower(3));
  }

  @Test
  void whatOlderReleasesKeptIsALateRow() {
    assertThat(Owed.late(5).bytes()).hasSize(Long.BYTES);
    assertThat(Owed.of(Owed.late(5).bytes())).isEqualTo(Owed.late(5));
    assertThat(Owed.of(new byte[] {1}).isLate()).isTrue();
  }

  /** Found by the simulation: the end of the item's first incarnation came behind the late row. */
  @Test
  void anEndOfAnEarlierIncarnationEndsLessThanIsDue() {
    Owed due = Owed.retired(RowRecord.Kind.COLD, 5);
    assertThat(due.after(end(RowRecord.Kind.COLD, 4)).isNothing()).isFalse();
    assertThat(due.after(end(RowRecord.Kind.TUNED, 5)).isNothing()).isFalse();
    assertThat(due.after(end(RowRecord.Kind.COLD, 5)).isNothing()).isTrue();
    assertThat(due.after(end(RowRecord.Kind.COLD, IncarnationHeader.NONE)).isNothing()).isTrue();
  }

  private static RowRecord end(RowRecord.Kind kind, long incarnation) {
    return new RowRecord(kind, new Keys.RowKey("shop", "m1", "i1"), 0, 0, 0, 0, incarnation, null);
  }
}
