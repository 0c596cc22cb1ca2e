package dev.headwater.idp.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FirstRanksTest {
  @Test
  void whatIsWrittenIsRead() {
    Random random = new Random(1);
    for (int users : new int[] {0, 1, 7, 300}) {
      List<Double> ranks =
          IntStream.range(0, users).mapToObj(user -> 1 + random.nextInt(120) / 2.0).toList();
      double[] expected =
          ranks.stream()
              .mapToDouble(rank -> rank <= FirstRanks.LAST ? rank : Double.POSITIVE_INFINITY)
              .toArray();
      assertThat(FirstRanks.read(FirstRanks.write(ranks), users)).containsExactly(expected);
    }
  }

  @Test
  void onlyTheFirstAreKept() {
    double[] far = new double[10_000];
    Arrays.fill(far, FirstRanks.LAST + 0.5);
    far[9_000] = 3;
    assertThat(FirstRanks.write(Arrays.stream(far).boxed().toList())).isEqualTo("9000:3");
  }
}
