package dev.headwater.idp.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.headwater.idp.optim.RowGradients;
import dev.headwater.idp.tensor.Rows;
import dev.headwater.idp.tensor.Torch;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MoeAdaptorTest {
  private static final int DIM = 4;
  private static final float[][] TEXTS = {
    {1, 0, 0, 0, 0}, {0, 0.6f, 0.8f, 0, 0}, {0, 0, 0, -1, 0}, {0.5f, 0.5f, 0.5f, 0, 0.5f}
  };

  private final MoeAdaptor adaptor = new MoeAdaptor(TEXTS, DIM, 1e-2f, new SplittableRandom(1));
  private final Rows view = new Rows(DIM, TEXTS.length);

  @AfterEach
  void close() {
    adaptor.close();
    view.close();
  }

  @Test
  void whatIsSeenHasUnitLengthAndARowOfZerosLeavesTheTextAlone() {
    int[] rows = {2, 0};
    adaptor.show(view, rows, false);
    assertThat(norm(view.get(0))).isCloseTo(1, within(1e-5));
    try (NDManager scope = Torch.newManager()) {
      float[] expected = Torch.unit(adaptor.adapted(scope, new int[] {0}, false)).toFloatArray();
      assertThat(view.get(0)).containsExactly(expected, within(1e-6f));
    }
    assertThat(view.get(1)).as("not asked for").containsOnly(0);
  }

  @Test
  void anIdIsAddedToTheText() {
    adaptor.show(view, new int[] {1}, false);
    float[] alone = view.get(1);
    view.set(1, new float[] {0, 3, 0, 0});
    adaptor.show(view, new int[] {1}, false);
    assertThat(view.get(1)[1]).isGreaterThan(alone[1]).isGreaterThan(0.9f);
  }

  @Test
  void trainingIsNoisyAndWhatIsServedIsNot() {
    int[] rows = {0, 1, 2, 3};
    assertThat(shown(rows, false)).containsExactly(shown(rows, false));
    assertThat(shown(rows, true)).isNotEqualTo(shown(rows, true));
  }

  /** Pulling one item along a slope moves what is seen of it along that slope. */
  @Test
  void aStepAgainstTheGradientLessensWhatItIsOf() {
    int[] rows = {3, 1};
    float[] slope = {0.5f, -1, 0.25f, 0.75f};
    double before = product(slope);
    for (int step = 0; step < 20; step++) {
      fill();
      adaptor.show(view, rows, true);
      RowGradients gradients = new RowGradients(DIM);
      gradients.reset(TEXTS.length);
      gradients.add(1, slope);
      adaptor.collect(gradients);
      adaptor.step();
    }
    assertThat(product(slope)).isLessThan(before - 0.2);
  }

  @Test
  void theGradientOfAnIdIsThatThroughTheUnitLength() {
    int[] rows = {0};
    // The same way in whatever direction the mixture looks: along what is seen nothing moves.
    fill();
    adaptor.show(view, rows, true);
    float[] seen = view.get(0);
    RowGradients gradients = new RowGradients(DIM);
    gradients.reset(TEXTS.length);
    gradients.add(0, seen);
    adaptor.collect(gradients);
    float[] found = new float[DIM];
    gradients.get(0, found);
    assertThat(norm(found)).isLessThan(1e-4);
  }

  @Test
  void collectsOnlyWhatItHasShown() {
    RowGradients gradients = new RowGradients(DIM);
    assertThatThrownBy(() -> adaptor.collect(gradients)).hasMessage("nothing was shown");
  }

  private float[] shown(int[] rows, boolean training) {
    fill();
    adaptor.show(view, rows, training);
    float[] all = new float[rows.length * DIM];
    for (int i = 0; i < rows.length; i++) {
      view.get(rows[i], all, i * DIM);
    }
    return all;
  }

  private double product(float[] slope) {
    shown(new int[] {1}, false);
    double sum = 0;
    for (int k = 0; k < DIM; k++) {
      sum += slope[k] * view.get(1)[k];
    }
    return sum;
  }

  /** The table's rows: zeros. */
  private void fill() {
    for (int row = 0; row < TEXTS.length; row++) {
      view.set(row, new float[DIM]);
    }
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }
}
