package dev.headwater.bench.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A domain that learned nothing has no latency, and is not to be taken for a fast one. */
class DomainsBenchTest {
  @Test
  void aDomainThatLearnedNothingIsCounted() {
    assertThat(DomainsBench.starved(List.of(5L, 5L, 0L), List.of(6L, 5L, 0L), 0)).isEqualTo(2);
    assertThat(DomainsBench.starved(List.of(5L, 5L, 0L), List.of(5L, 6L, 1L), 0)).isEqualTo(1);
    assertThat(DomainsBench.starved(List.of(5L, 5L, 0L), List.of(5L, 6L, 1L), 1)).isZero();
  }
}
