package dev.headwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class DiskFullTest {
  @Test
  void findsItUnderOtherErrors() {
    Exception disk = new IOException("while appending to file: 7.sst: No space left on device");
    assertThat(DiskFull.isCauseOf(new IllegalStateException("a task failed", disk))).isTrue();
  }

  @Test
  void doesNotFindItInOtherErrorsNorGoesRoundInACircle() {
    Exception one = new IOException("no space for a table here");
    Exception two = new IllegalStateException(one);
    one.initCause(two);
    assertThat(DiskFull.isCauseOf(two)).isFalse();
  }
}
