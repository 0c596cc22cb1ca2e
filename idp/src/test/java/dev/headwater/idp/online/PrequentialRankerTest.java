package dev.headwater.idp.online;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PrequentialRankerTest {
  private final EmbeddingTable table = new EmbeddingTable(16, 4);
  private final PrequentialRanker ranker = new PrequentialRanker(OnlineTunerTest.encoder());

  @Test
  void ranksByScoreAmongLiveSlotsWithoutTheHistory() {
    for (int i = 0; i < 6; i++) {
      table.add(row(i));
    }
    double[] all = ranker.ranks(allTargets(0), table);
    assertThat(all).containsExactlyInAnyOrder(1, 2, 3, 4, 5);
    int best = 1;
    while (all[best - 1] != 1) {
      best++;
    }
    table.remove(best);
    int other = best == 1 ? 2 : 1;
    double before = all[other - 1];
    double after = ranker.ranks(List.of(new Example(new int[] {0}, other)), table)[0];
    assertThat(after).isEqualTo(before - 1);
  }

  @Test
  void countsTiesHalf() {
    for (int i = 0; i < 5; i++) {
      table.add(row(1));
    }
    assertThat(ranker.ranks(allTargets(0), table)).containsOnly(2.5);
  }

  @Test
  void putsATargetThatIsNotANumberLastAndIgnoresOthersThatAreNot() {
    for (int i = 0; i < 4; i++) {
      table.add(row(i));
    }
    float[] broken = row(2);
    broken[3] = Float.NaN;
    table.set(3, broken);
    double[] ranks = ranker.ranks(allTargets(0), table);
    assertThat(ranks[2]).isEqualTo(3);
    assertThat(ranks[0] + ranks[1]).isEqualTo(3);
  }

  private List<Example> allTargets(int history) {
    return IntStream.range(0, table.highWater())
        .filter(slot -> slot != history)
        .mapToObj(slot -> new Example(new int[] {history}, slot))
        .toList();
  }

  private static float[] row(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] row = new float[16];
    for (int k = 0; k < row.length; k++) {
      row[k] = (float) random.nextGaussian();
    }
    return row;
  }
}
