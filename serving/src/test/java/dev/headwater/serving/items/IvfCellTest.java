package dev.headwater.serving.items;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.events.Vectors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IvfCellTest {
  private static final int DIM = 24;

  private final Random random = new Random(6);
  private final IvfCell cell = new IvfCell(DIM, row -> Measure.DOT.score(row, row));

  private float[] vector(float scale) {
    float[] vector = new float[DIM];
    for (int d = 0; d < DIM; d++) {
      vector[d] = scale * (float) random.nextGaussian();
    }
    return vector;
  }

  private Map<Integer, Float> scores(float[] query, Measure measure, int most) {
    TopK best = new TopK(most);
    cell.search(query, measure, RowFilter.ALL, best, new float[IvfCell.ROWS]);
    float[] scores = new float[best.size()];
    int[] rows = best.drain(scores);
    Map<Integer, Float> found = new HashMap<>();
    for (int i = 0; i < rows.length; i++) {
      assertThat(found.put(rows[i], scores[i])).as("row %s once", rows[i]).isNull();
    }
    return found;
  }

  /** Rows come, change and go: each that is left is there once, with its own scores. */
  @ParameterizedTest
  @CsvSource({"DOT, 1", "COSINE, 1", "DOT, 1e-8", "COSINE, 1e-8", "DOT, 1e6", "COSINE, 1e6"})
  void holdsTheRowsThatAreLeftEachWithItsScore(Measure measure, float scale) {
    Map<Integer, float[]> standing = new HashMap<>();
    List<Integer> rows = new ArrayList<>();
    for (int step = 0; step < 3_000; step++) {
      float[] vector = vector(scale);
      if (rows.size() > 10 && random.nextInt(5) == 0) {
        int gone = rows.remove(random.nextInt(rows.size()));
        standing.remove(gone);
        cell.take(cell.place(gone));
      } else if (!rows.isEmpty() && random.nextBoolean()) {
        int row = rows.get(random.nextInt(rows.size()));
        standing.put(row, vector);
        cell.write(cell.place(row), row, vector);
      } else {
        rows.add(step);
        standing.put(step, vector);
        cell.add(step, vector);
      }
    }
    assertThat(cell.size()).isEqualTo(rows.size()).isGreaterThan(2 * IvfCell.ROWS);
    float[] query = vector(1);
    Map<Integer, Float> found = scores(query, measure, 3_000);
    assertThat(found.keySet()).isEqualTo(standing.keySet());
    standing.forEach(
        (row, vector) -> {
          float length = Vectors.norm(vector);
          float exact = Measure.DOT.score(query, vector) / length;
          float score = found.getOrDefault(row, Float.NaN);
          assertThat(measure == Measure.COSINE ? score : score / length)
              .isCloseTo(exact, within(0.02f * Vectors.norm(query)));
        });
    assertThatThrownBy(() -> cell.place(-7)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aRowOfZerosScoresZero() {
    cell.add(1, new float[DIM]);
    cell.add(2, vector(1));
    assertThat(scores(vector(1), Measure.DOT, 9)).containsEntry(1, 0f);
    assertThat(scores(vector(1), Measure.COSINE, 9)).containsEntry(1, 0f);
  }

  /** What goes is what came: nothing is left of a million. */
  @Test
  void spreadIsThatOfTheRowsThatAreThere() {
    for (int step = 0; step < 100_000; step++) {
      cell.add(step, vector(30 * random.nextFloat()));
      cell.write(cell.place(step), step, vector(80 * random.nextFloat()));
      if (step >= 10) {
        cell.take(cell.place(step - 10));
      }
    }
    for (int row = 99_990; row < 100_000; row++) {
      cell.write(cell.place(row), row, ofLength(row % 2 == 0 ? 0.5 : 1.5));
    }
    assertThat(cell.spread()).isCloseTo(1, within(0.005f));
    for (int row = 99_990; row < 100_000; row++) {
      cell.take(cell.place(row));
    }
    assertThat(cell.spread()).isZero();
    cell.add(5, new float[DIM]);
    assertThat(cell.spread()).isLessThan(1e-3f);
  }

  /** Returns a vector whose values' mean square is this. */
  private float[] ofLength(double meanSquare) {
    float[] vector = vector(1);
    double factor = Math.sqrt(DIM * meanSquare) / Vectors.norm(vector);
    for (int d = 0; d < DIM; d++) {
      vector[d] *= (float) factor;
    }
    return vector;
  }
}
