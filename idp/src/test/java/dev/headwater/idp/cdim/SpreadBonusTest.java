package dev.headwater.idp.cdim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpreadBonusTest {
  private static final int DIM = 8;

  private final SplittableRandom random = new SplittableRandom(11);

  @Test
  void raisesTheScoreOfEveryUserAlike() {
    float[][] users = users(500, 3);
    SpreadBonus bias = SpreadBonus.of(users, 1);
    float[] row = {1, -1, 0, 2, 0.5f, 0, -3, 1};
    float[] raised = bias.add(row, 2);
    double sum = 0;
    for (float[] user : users) {
      double more = dot(user, raised) - dot(user, row);
      assertThat(more).isCloseTo(2, within(0.5));
      sum += more;
    }
    assertThat(sum / users.length).isCloseTo(2, within(0.01));
  }

  @Test
  void aSpreadIsWorthWhatTheExpectedOddsSay() {
    float[][] users = users(1, 1);
    float scale = 0.7f;
    SpreadBonus bias = SpreadBonus.of(users, scale);
    double deviation = 0.3;
    double odds = 0;
    int draws = 200_000;
    for (int i = 0; i < draws; i++) {
      double score = 0;
      for (int k = 0; k < DIM; k++) {
        score += users[0][k] * random.nextGaussian() * deviation;
      }
      odds += Math.exp(scale * score) / draws;
    }
    // A spread is counted three and a half times.
    double spread = DIM * deviation * deviation / 3.5;
    assertThat(bias.ofSpread(spread)).isCloseTo(Math.log(odds) / scale, within(0.01));
  }

  @Test
  void whereRowsHoldABiasTheDirectionIsItsDimension() {
    float gain = 3;
    float[][] users = users(500, 0);
    for (float[] user : users) {
      user[2] = gain;
    }
    float[] raised = SpreadBonus.of(users, 1).add(new float[DIM], gain);
    for (int k = 0; k < DIM; k++) {
      assertThat(raised[k]).isCloseTo(k == 2 ? 1 : 0, within(0.05f));
    }
  }

  @Test
  void usersWithoutAnythingInCommonGetNoBias() {
    SpreadBonus bias = SpreadBonus.of(new float[][] {{1, 0}, {-1, 0}}, 1);
    assertThat(bias.add(new float[] {1, 2}, 5)).containsExactly(1, 2);
    assertThat(SpreadBonus.of(new float[1][2], 1).add(new float[] {1, 2}, 5)).containsExactly(1, 2);
  }

  private float[][] users(int count, float offset) {
    float[][] users = new float[count][DIM];
    for (float[] user : users) {
      for (int k = 0; k < DIM; k++) {
        user[k] = (float) (offset * (k % 2) + 0.3 * random.nextGaussian());
      }
    }
    return users;
  }

  private static double dot(float[] a, float[] b) {
    return IntStream.range(0, a.length).mapToDouble(k -> (double) a[k] * b[k]).sum();
  }
}
