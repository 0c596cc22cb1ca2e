package dev.headwater.idp.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.idp.loss.RankingLoss.Sampling;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CandidateSamplerTest {
  private static final int FIRST = 100;
  private static final TrainingDomain DOMAIN =
      new TrainingDomain("d", FIRST, 30, List.of(), List.of());

  private final SplittableRandom random = new SplittableRandom(4);
  private final CandidateSampler sampler = new CandidateSampler(6);

  @Test
  void allAreTheWholeDomainAndEachTargetKnowsItsPlace() {
    CandidateSampler.Choice choice = choose(Sampling.ALL, 100, 129, 107);
    assertThat(choice.rows()).containsExactly(IntStream.range(100, 130).toArray());
    assertThat(choice.columns()).containsExactly(0, 29, 7);
  }

  @Test
  void aSharedSampleHoldsDistinctRowsOfTheDomain() {
    for (int round = 0; round < 100; round++) {
      CandidateSampler.Choice choice = choose(Sampling.SHARED, 105, 111);
      assertThat(Arrays.stream(choice.rows()).distinct().count()).isEqualTo(6);
      assertThat(Arrays.stream(choice.rows())).allMatch(row -> row >= FIRST && row < FIRST + 30);
    }
  }

  @Test
  void aTargetThatWasDrawnKnowsItsColumnAndAnotherHasNone() {
    boolean met = false;
    for (int round = 0; round < 100; round++) {
      CandidateSampler.Choice choice = choose(Sampling.SHARED, 105, 111);
      for (int i = 0; i < 2; i++) {
        int target = i == 0 ? 105 : 111;
        int place =
            IntStream.range(0, 6).filter(k -> choice.rows()[k] == target).findAny().orElse(-1);
        assertThat(choice.columns()[i]).isEqualTo(place);
        met |= place >= 0;
      }
    }
    assertThat(met).as("both cases were met").isTrue();
  }

  @Test
  void everyItemIsDrawnEquallyOften() {
    int rounds = 6_000;
    int[] counts = new int[30];
    for (int round = 0; round < rounds; round++) {
      for (int row : choose(Sampling.SHARED, 105).rows()) {
        counts[row - FIRST]++;
      }
    }
    double expected = rounds * 6 / 30.0;
    for (int count : counts) {
      assertThat((double) count).isCloseTo(expected, within(6 * Math.sqrt(expected)));
    }
  }

  @Test
  void aSampleOfHalfTheDomainAndMoreIsAllOfIt() {
    CandidateSampler.Choice choice =
        new CandidateSampler(15).choose(Sampling.SHARED, DOMAIN, new int[] {104}, random);
    assertThat(choice.rows()).hasSize(30);
    assertThat(choice.columns()).containsExactly(4);
  }

  @Test
  void oneEachIsNeverTheTargetItself() {
    int[] targets = new int[500];
    Arrays.setAll(targets, i -> FIRST + i % 30);
    CandidateSampler.Choice choice = sampler.choose(Sampling.ONE_EACH, DOMAIN, targets, random);
    assertThat(choice.rows()).hasSize(500);
    for (int i = 0; i < 500; i++) {
      assertThat(choice.rows()[i]).isNotEqualTo(targets[i]).isBetween(FIRST, FIRST + 29);
    }
    assertThat(choice.columns()).containsOnly(-1);
  }

  private CandidateSampler.Choice choose(Sampling sampling, int... targets) {
    return sampler.choose(sampling, DOMAIN, targets, random);
  }
}
