package dev.headwater.idp.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LogitScaleTest {
  private static final double RATE = 0.01;

  @Test
  void startsWhereItIsTold() {
    assertThat(new LogitScale(0.3f, true).value()).isCloseTo(0.3f, within(1e-6f));
  }

  @Test
  void theFirstStepIsTheRateInTheLogarithmWhateverTheGradient() {
    for (double gradient : new double[] {1e-3, 5}) {
      LogitScale scale = new LogitScale(2, true);
      scale.step(gradient, RATE);
      assertThat(Math.log(scale.value())).isCloseTo(Math.log(2) - RATE, within(1e-5));
      LogitScale other = new LogitScale(2, true);
      other.step(-gradient, RATE);
      assertThat(Math.log(other.value())).isCloseTo(Math.log(2) + RATE, within(1e-5));
    }
  }

  @Test
  void findsTheMinimumAndStaysPositive() {
    LogitScale scale = new LogitScale(8, true);
    for (int i = 0; i < 2_000; i++) {
      scale.step(scale.value() - 0.5, RATE);
      assertThat(scale.value()).isPositive();
    }
    assertThat(scale.value()).isCloseTo(0.5f, within(0.05f));
  }

  @Test
  void oneThatIsNotLearnedStays() {
    LogitScale scale = new LogitScale(2, false);
    scale.step(5, RATE);
    assertThat(scale.value()).isEqualTo(2);
  }

  @Test
  void goesOnFromItsStateAsIfNothingHadHappened() {
    LogitScale whole = new LogitScale(2, true);
    LogitScale first = new LogitScale(2, true);
    for (int i = 0; i < 5; i++) {
      whole.step(i - 1, RATE);
      first.step(i - 1, RATE);
    }
    LogitScale second = new LogitScale(7, true);
    second.restore(first.state());
    for (int i = 0; i < 5; i++) {
      whole.step(0.2 * i, RATE);
      second.step(0.2 * i, RATE);
    }
    assertThat(second.value()).isEqualTo(whole.value());
  }
}
