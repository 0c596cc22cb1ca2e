package dev.headwater.idp.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TimeLeftTest {
  private static final long SECOND = 1_000_000_000L;

  private final TimeLeft left = new TimeLeft();

  @Test
  void goesByTheSpeedSinceItWasFirstHeardOf() {
    // A resumed run: a third was done before, which says nothing of the speed now.
    assertThat(left.seconds(0.3, 100 * SECOND)).isNaN();
    assertThat(left.seconds(0.4, 110 * SECOND)).isCloseTo(60, within(1e-6));
    assertThat(left.seconds(1, 170 * SECOND)).isZero();
  }

  @Test
  void beginsAnewWithOtherWork() {
    left.seconds(0.1, 0);
    left.seconds(0.9, 8 * SECOND);
    assertThat(left.seconds(0.1, 100 * SECOND)).isNaN();
    assertThat(left.seconds(0.2, 101 * SECOND)).isCloseTo(8, within(1e-6));
  }
}
