package dev.headwater.idp.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.idp.tensor.Rows;
import java.nio.FloatBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RowGradientsTest {
  private final RowGradients gradients = new RowGradients(2);

  @Test
  void addsUpWhatOneRowGetsFromManyPlaces() {
    gradients.reset(10);
    gradients.add(new int[] {7, 3, 7}, FloatBuffer.wrap(new float[] {1, 2, 10, 20, 100, 200}));
    gradients.add(3, new float[] {0.5f, 0.5f});
    assertThat(gradients.rows()).containsExactly(7, 3);
    assertThat(sum(0)).containsExactly(101, 202);
    assertThat(sum(1)).containsExactly(10.5f, 20.5f);
  }

  @Test
  void passesOverPadding() {
    gradients.reset(10);
    gradients.add(new int[] {-1, 3}, FloatBuffer.wrap(new float[] {9, 9, 1, 2}));
    assertThat(gradients.rows()).containsExactly(3);
    assertThat(sum(0)).containsExactly(1, 2);
  }

  @Test
  void aResetForgetsAllAndMakesRoom() {
    gradients.reset(4);
    gradients.add(3, new float[] {1, 1});
    gradients.reset(1_000);
    assertThat(gradients.count()).isZero();
    gradients.add(999, new float[] {2, 2});
    gradients.add(3, new float[] {5, 5});
    assertThat(gradients.rows()).containsExactly(999, 3);
    assertThat(sum(1)).containsExactly(5, 5);
  }

  @Test
  void growsPastItsFirstRoom() {
    int rows = 2_000;
    gradients.reset(rows);
    SplittableRandom random = new SplittableRandom(3);
    double[] expected = new double[rows];
    for (int i = 0; i < 10_000; i++) {
      int row = random.nextInt(rows);
      float value = (float) random.nextGaussian();
      expected[row] += value;
      gradients.add(row, new float[] {value, -value});
    }
    for (int i = 0; i < gradients.count(); i++) {
      assertThat((double) sum(i)[0]).isCloseTo(expected[gradients.row(i)], within(1e-4));
      assertThat(sum(i)[1]).isEqualTo(-sum(i)[0]);
    }
  }

  @Test
  void knowsWhetherEverySumIsANumber() {
    gradients.reset(4);
    gradients.add(1, new float[] {1, 2});
    assertThat(gradients.isFinite()).isTrue();
    gradients.add(2, new float[] {Float.POSITIVE_INFINITY, 0});
    assertThat(gradients.isFinite()).isFalse();
    gradients.reset(4);
    gradients.add(2, new float[] {Float.NaN, 0});
    assertThat(gradients.isFinite()).isFalse();
    gradients.reset(4);
    assertThat(gradients.isFinite()).isTrue();
  }

  @Test
  void aRowIsShortenedToItsCapAndOthersStay() {
    try (Rows table = new Rows(2, 3)) {
      table.set(0, new float[] {3, 4});
      table.set(1, new float[] {30, 40});
      table.set(2, new float[] {300, 400});
      RowAdam adam = new RowAdam(AdamConfig.defaults(), 2, 3);
      gradients.reset(3);
      gradients.add(0, new float[2]);
      gradients.add(1, new float[2]);
      adam.step(table, gradients, 0.1f, 10);
      assertThat(table.get(0)).containsExactly(3, 4);
      assertThat(table.get(1)).containsExactly(new float[] {6, 8}, within(1e-4f));
      assertThat(table.get(2)).containsExactly(300, 400);
      assertThat(adam.steps(1)).isEqualTo(1);
      assertThat(adam.steps(2)).isZero();
    }
  }

  @Test
  void aRowsMemoryIsKeptClearedAndRestored() {
    try (Rows table = new Rows(2, 1)) {
      RowAdam adam = new RowAdam(AdamConfig.defaults(), 2, 1);
      adam.ensure(40);
      gradients.reset(40);
      gradients.add(0, new float[] {2, -4});
      adam.step(table, gradients, 0.1f, Float.POSITIVE_INFINITY);
      assertThat(adam.first(0)).containsExactly(new float[] {0.2f, -0.4f}, within(1e-6f));
      assertThat(adam.second(0)).containsExactly(new float[] {0.08f, 0.32f}, within(1e-6f));
      adam.restore(39, adam.first(0), adam.second(0), adam.steps(0));
      adam.clear(0);
      assertThat(adam.first(0)).containsExactly(0, 0);
      assertThat(adam.steps(0)).isZero();
      assertThat(adam.second(39)).containsExactly(new float[] {0.08f, 0.32f}, within(1e-6f));
      assertThat(adam.steps(39)).isEqualTo(1);
    }
  }

  private float[] sum(int i) {
    float[] sum = new float[2];
    gradients.get(i, sum);
    return sum;
  }
}
