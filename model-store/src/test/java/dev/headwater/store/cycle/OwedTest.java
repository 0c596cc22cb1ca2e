package dev.headwater.store.cycle;

import static org.assertj.core.api.Assertions.assertThat;

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
}
