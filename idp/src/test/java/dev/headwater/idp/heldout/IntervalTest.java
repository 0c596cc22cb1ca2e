package dev.headwater.idp.heldout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class IntervalTest {
  @Test
  void isTwoStandardErrorsWideOnEachSide() {
    Interval interval = Interval.of(100, 100, 1_000);
    double half = 1.96 * Math.sqrt(0.1 * 0.9 / 999);
    assertThat(interval.from()).isEqualTo(0.1 - half, within(1e-6));
    assertThat(interval.to()).isEqualTo(0.1 + half, within(1e-6));
  }

  @Test
  void oneUserSaysNothing() {
    assertThat(Interval.of(1, 1, 1)).isEqualTo(new Interval(0, 1));
  }

  @Test
  void staysWithinWhatAMeanCanBe() {
    assertThat(Interval.of(1, 1, 10).from()).isZero();
    assertThat(Interval.of(9, 9, 10).to()).isOne();
  }
}
