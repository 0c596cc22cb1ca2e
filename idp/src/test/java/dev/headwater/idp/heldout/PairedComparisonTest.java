package dev.headwater.idp.heldout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PairedComparisonTest {
  @Test
  void alikeSystemsDoNotDiffer() {
    double[] same = {0.1, 0.5, 0, 1};
    assertThat(PairedComparison.of(same, same)).isEqualTo(new PairedComparison(0, 1));
    assertThat(PairedComparison.of(new double[0], new double[0]).p()).isEqualTo(1);
  }

  @Test
  void fewUsersGiveTheExactShareOfSigns() {
    // Of 2^5 choices of signs only the two that are all alike are as large: 1 in 16.
    PairedComparison found =
        PairedComparison.of(new double[] {1, 1, 1, 1, 1, 0.5}, new double[] {0, 0, 0, 0, 0, 0.5});
    assertThat(found.difference()).isCloseTo(5.0 / 6, within(1e-12));
    assertThat(found.p()).isCloseTo(1 / 16.0, within(0.01));
  }

  @Test
  void aSmallStepThatAllUsersTakeIsFoundWhereTheMeansAloneWouldNotTell() {
    SplittableRandom random = new SplittableRandom(3);
    double[] first = new double[500];
    double[] second = new double[500];
    for (int i = 0; i < first.length; i++) {
      second[i] = random.nextDouble();
      first[i] = second[i] + 0.01 + 0.02 * (random.nextDouble() - 0.5);
    }
    PairedComparison found = PairedComparison.of(first, second);
    assertThat(found.difference()).isCloseTo(0.01, within(0.002));
    assertThat(found.p()).isLessThan(0.001);
    PairedComparison turned = PairedComparison.of(second, first);
    assertThat(turned.difference()).isEqualTo(-found.difference());
  }

  @Test
  void underNoDifferencePIsLowAsRarelyAsItSays() {
    SplittableRandom random = new SplittableRandom(5);
    int low = 0;
    for (int trial = 0; trial < 200; trial++) {
      double[] first = new double[40];
      double[] second = new double[40];
      for (int i = 0; i < first.length; i++) {
        first[i] = random.nextInt(2);
        second[i] = random.nextInt(2);
      }
      low += PairedComparison.of(first, second).p() <= 0.1 ? 1 : 0;
    }
    assertThat(low).isBetween(6, 34);
  }

  @Test
  void refusesUsersThatAreNotThere() {
    assertThatThrownBy(() -> PairedComparison.of(new double[2], new double[3]))
        .hasMessageContaining("2 users are not paired with 3");
  }
}
