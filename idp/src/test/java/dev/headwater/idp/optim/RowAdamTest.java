package dev.headwater.idp.optim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.idp.tensor.Rows;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class RowAdamTest {
  private static final float RATE = 1e-2f;
  private static final float CLICK = -0.03f;
  private static final float AS_NEGATIVE = 1e-5f;

  @Test
  void aRowThatNobodyClicksHardlyMovesInAStream() {
    assertThat(moved(AdamConfig.forStreams(), AS_NEGATIVE, 300)).isBetween(-0.1f * RATE * 300, 0f);
    assertThat(moved(AdamConfig.defaults(), AS_NEGATIVE, 300)).isLessThan(-0.9f * RATE * 300);
  }

  @Test
  void aClickIsLearnedAtOnceAndNotOverTheNextVisits() {
    try (Rows rows = new Rows(1, 1)) {
      RowAdam adam = new RowAdam(AdamConfig.forStreams(), 1, 1);
      steps(adam, rows, AS_NEGATIVE, 50);
      float before = rows.get(0)[0];
      steps(adam, rows, CLICK, 1);
      float clicked = rows.get(0)[0] - before;
      assertThat(clicked).as("a rare gradient takes more than a step").isGreaterThan(2 * RATE);
      steps(adam, rows, 0, 20);
      assertThat(rows.get(0)[0] - before).isEqualTo(clicked);
    }
  }

  @Test
  void theMoreARowIsClickedTheShorterAreItsSteps() {
    try (Rows rows = new Rows(1, 1)) {
      RowAdam adam = new RowAdam(AdamConfig.forStreams(), 1, 1);
      steps(adam, rows, 0, 50);
      float last = Float.POSITIVE_INFINITY;
      for (int click = 0; click < 20; click++) {
        float before = rows.get(0)[0];
        steps(adam, rows, CLICK, 1);
        float step = rows.get(0)[0] - before;
        assertThat(step).isBetween(RATE / 2, last);
        last = step;
      }
    }
  }

  private static float moved(AdamConfig config, float gradient, int times) {
    try (Rows rows = new Rows(1, 1)) {
      steps(new RowAdam(config, 1, 1), rows, gradient, times);
      return rows.get(0)[0];
    }
  }

  private static void steps(RowAdam adam, Rows rows, float gradient, int times) {
    RowGradients gradients = new RowGradients(1);
    for (int i = 0; i < times; i++) {
      gradients.reset(1);
      gradients.add(new int[] {0}, FloatBuffer.wrap(new float[] {gradient}));
      adam.step(rows, gradients, RATE, Float.POSITIVE_INFINITY);
    }
  }
}
