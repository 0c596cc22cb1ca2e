package dev.headwater.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LagClockTest {
  private final LagClock clock = new LagClock();

  @Test
  void countsFromTheOldestThatIsNotDone() {
    clock.at(1_000, 5, 5);
    assertThat(clock.lagMs()).isZero();
    clock.at(2_000, 8, 5);
    clock.at(3_000, 9, 7);
    assertThat(clock.lagMs()).isEqualTo(1_000);
    clock.at(4_000, 9, 8);
    assertThat(clock.lagMs()).as("only the ninth is late, since 3,000").isEqualTo(1_000);
    clock.at(5_000, 9, 9);
    assertThat(clock.lagMs()).isZero();
  }
}
