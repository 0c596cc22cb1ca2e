package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.jobs.kafka.InRecord;
import org.junit.jupiter.api.Test;

class LatenessTest {
  private static final long MINUTE_MS = 60_000;

  private final Lateness lateness = new Lateness();

  private boolean isLate(int partition, long minute) {
    InRecord record =
        new InRecord("user-histories", partition, 0, 0, new byte[0], null, 0, -1, null);
    return lateness.isLate("shop", record, minute * MINUTE_MS);
  }

  @Test
  void whatHappenedLongBeforeWhatWasReadBeforeIsLate() {
    assertThat(isLate(0, 100)).isFalse();
    assertThat(isLate(0, 105)).as("a clock that is ahead").isFalse();
    assertThat(isLate(0, 99)).as("a clock that is right, and a retry").isFalse();
    assertThat(isLate(0, 40)).isTrue();
    assertThat(isLate(0, 101)).isFalse();
  }

  @Test
  void partitionsAreReadAtAPaceOfTheirOwn() {
    assertThat(isLate(0, 1_000)).isFalse();
    assertThat(isLate(1, 10)).isFalse();
    assertThat(isLate(1, 11)).isFalse();
  }
}
