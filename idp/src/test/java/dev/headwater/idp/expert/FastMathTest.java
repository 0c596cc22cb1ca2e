package dev.headwater.idp.expert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FastMathTest {
  private static final double RELATIVE = 1e-7; // in percent

  private final Random random = new Random(3);

  @Test
  void powersAreThoseOfMath() {
    for (int i = 0; i < 100_000; i++) {
      double times = 60 * random.nextDouble();
      assertThat(FastMath.halved(times))
          .isCloseTo(Math.pow(0.5, times), withinPercentage(RELATIVE));
      double x = 200 * (random.nextDouble() - 0.5);
      assertThat(FastMath.exp(x)).isCloseTo(Math.exp(x), withinPercentage(RELATIVE));
    }
  }

  @Test
  void whatHasNotFadedIsWhole() {
    assertThat(FastMath.halved(0)).isEqualTo(1);
    assertThat(FastMath.exp(0)).isEqualTo(1);
    assertThat(FastMath.halved(1)).isEqualTo(0.5);
  }

  @Test
  void whatHasLongFadedIsNothing() {
    assertThat(FastMath.halved(1e9)).isZero();
    assertThat(FastMath.halved(Double.POSITIVE_INFINITY)).isZero();
    assertThat(FastMath.exp(Double.NEGATIVE_INFINITY)).isZero();
    assertThat(FastMath.exp(-708.2)).isNotNegative().isLessThan(1e-300);
  }

  @Test
  void logarithmsAreThoseOfMath() {
    assertThat(FastMath.ln(1)).isZero();
    for (int i = 0; i < 100_000; i++) {
      double x = Math.exp(80 * (random.nextDouble() - 0.5));
      assertThat(FastMath.ln(x)).isCloseTo(Math.log(x), within(1e-9));
      double nearOne = 1 + (random.nextDouble() - 0.5) / 1_000;
      assertThat(FastMath.ln(nearOne)).isCloseTo(Math.log(nearOne), within(1e-12));
    }
    assertThat(FastMath.ln(1e-5)).isCloseTo(Math.log(1e-5), within(1e-9));
    assertThat(FastMath.ln(1e9)).isCloseTo(Math.log(1e9), within(1e-9));
  }
}
