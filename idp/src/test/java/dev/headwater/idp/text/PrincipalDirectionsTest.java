package dev.headwater.idp.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PrincipalDirectionsTest {
  private static final int WIDTH = 12;

  @Test
  void areEigenvectorsAtRightAnglesTheLargestFirst() {
    double[][] matrix = moments();
    PrincipalDirections found = PrincipalDirections.of(matrix, 5, 0);
    assertThat(found.values()).hasSize(5);
    for (int a = 0; a < 5; a++) {
      double[] vector = found.vectors()[a];
      double[] turned = times(matrix, vector);
      for (int k = 0; k < WIDTH; k++) {
        assertThat(turned[k]).isCloseTo(found.values()[a] * vector[k], within(1e-9));
      }
      for (int b = 0; b <= a; b++) {
        assertThat(dot(vector, found.vectors()[b])).isCloseTo(a == b ? 1 : 0, within(1e-9));
        assertThat(found.values()[b]).isGreaterThanOrEqualTo(found.values()[a]);
      }
    }
  }

  @Test
  void thoseThatCarryNextToNothingAreLeftOut() {
    double[][] flat = new double[3][3];
    flat[0][0] = 4;
    flat[1][1] = 1e-12;
    assertThat(PrincipalDirections.of(flat, 3, 1e-9).values()).containsExactly(4);
  }

  @Test
  void aMatrixThatIsNotFiniteHasNone() {
    double[][] broken = moments();
    broken[2][3] = Double.NaN;
    broken[3][2] = Double.NaN;
    assertThatThrownBy(() -> PrincipalDirections.of(broken, 3, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not finite");
  }

  private static double[][] moments() {
    SplittableRandom random = new SplittableRandom(2);
    double[][] sums = new double[WIDTH][WIDTH];
    for (int i = 0; i < 40; i++) {
      double[] vector = random.doubles(WIDTH, -1, 1).toArray();
      for (int a = 0; a < WIDTH; a++) {
        for (int b = 0; b < WIDTH; b++) {
          sums[a][b] += vector[a] * vector[b];
        }
      }
    }
    return sums;
  }

  private static double[] times(double[][] matrix, double[] vector) {
    double[] product = new double[vector.length];
    for (int k = 0; k < product.length; k++) {
      product[k] = dot(matrix[k], vector);
    }
    return product;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }
}
