package dev.headwater.idp.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WhiteningTest {
  @Test
  void eachDirectionHasMeanZeroAndDeviationOneAndNoneGoesWithAnother() {
    float[][] texts = texts(500);
    float[][] white = Whitening.of(texts, 4);
    for (int a = 0; a < 4; a++) {
      assertThat(mean(white, a, -1)).isCloseTo(0, within(1e-4));
      for (int b = 0; b <= a; b++) {
        assertThat(mean(white, a, b)).as("%d %d", a, b).isCloseTo(a == b ? 1 : 0, within(1e-3));
      }
    }
  }

  @Test
  void theLargestDirectionComesFirst() {
    float[][] texts = texts(500);
    float[][] white = Whitening.of(texts, 1);
    // The first value of a text varies ten times as much as any other.
    double product = 0;
    double square = 0;
    for (int i = 0; i < texts.length; i++) {
      product += white[i][0] * (texts[i][0] - 2);
      square += (texts[i][0] - 2) * (texts[i][0] - 2);
    }
    assertThat(Math.abs(product) / Math.sqrt(square * texts.length)).isGreaterThan(0.99);
  }

  @Test
  void anItemWithoutWordsIsLikeNothingAndChangesNothing() {
    float[][] texts = texts(50);
    float[][] more = Arrays.copyOf(texts, 51);
    more[50] = new float[6];
    float[][] white = Whitening.of(more, 3);
    assertThat(white[50]).containsOnly(0);
    assertThat(white[7]).containsExactly(Whitening.of(texts, 3)[7], within(1e-5f));
  }

  @Test
  void directionsThatTheTextsDoNotHaveAreZeros() {
    float[][] flat = {{1, 0, 0}, {2, 0, 0}, {4, 0, 0}};
    float[][] white = Whitening.of(flat, 8);
    assertThat(white[0]).hasSize(8);
    assertThat(Math.abs(white[2][0])).isGreaterThan(1);
    for (float[] row : white) {
      assertThat(Arrays.copyOfRange(row, 1, 8)).containsOnly(0);
    }
  }

  private static float[][] texts(int count) {
    SplittableRandom random = new SplittableRandom(3);
    float[][] texts = new float[count][6];
    for (float[] text : texts) {
      for (int k = 0; k < text.length; k++) {
        text[k] = (float) (random.nextGaussian() * (k == 0 ? 1 : 0.1));
      }
      text[1] += 0.5f * text[2];
      text[0] += 2;
    }
    return texts;
  }

  /** Of one direction, or of the product of two. */
  private static double mean(float[][] rows, int a, int b) {
    double sum = 0;
    for (float[] row : rows) {
      sum += row[a] * (b < 0 ? 1 : row[b]);
    }
    return sum / rows.length;
  }
}
