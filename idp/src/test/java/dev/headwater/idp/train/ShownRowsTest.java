package dev.headwater.idp.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.idp.optim.RowGradients;
import dev.headwater.idp.tensor.Rows;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShownRowsTest {
  private static final TextNeighbours NEIGHBOURS =
      new TextNeighbours(
          List.of(new int[] {1, 2}, new int[] {0}, new int[0]),
          List.of(new float[] {0.25f, 0.75f}, new float[] {1}, new float[0]));

  private final Rows table = new Rows(2, 3);
  private final RowGradients real = new RowGradients(2);
  private final SplittableRandom random = new SplittableRandom(1);

  ShownRowsTest() {
    table.set(0, new float[] {1, 10});
    table.set(1, new float[] {2, 20});
    table.set(2, new float[] {4, 40});
  }

  @AfterEach
  void close() {
    table.close();
  }

  @Test
  void withoutAlterationsTheTableIsShownItself() {
    try (ShownRows shown = new ShownRows(table, null, null)) {
      assertThat(shown.show(random, new int[] {0, 2})).isSameAs(table);
      assertThat(shown.settled(3)).isSameAs(table);
      assertThat(shown.gradients(real)).isSameAs(real);
    }
  }

  @Test
  void aSwappedRowShowsTheMeanOfItsNeighboursAndTheTableStays() {
    try (ShownRows shown = new ShownRows(table, always(), null)) {
      Rows view = shown.show(random, new int[] {0, -1, 1}, new int[] {1, 2});
      assertThat(view.get(0)).containsExactly(new float[] {3.5f, 35}, within(1e-5f));
      assertThat(view.get(1)).containsExactly(1, 10);
      assertThat(view.get(2)).as("no neighbours, not swapped").containsExactly(4, 40);
      assertThat(table.get(0)).containsExactly(1, 10);
    }
  }

  @Test
  void theGradientOfASwappedRowGoesToItsNeighboursByWeight() {
    try (ShownRows shown = new ShownRows(table, always(), null)) {
      shown.show(random, new int[] {0, 2});
      RowGradients sums = shown.gradients(real);
      sums.add(0, new float[] {4, 8});
      sums.add(2, new float[] {1, 1});
      shown.passOn(real);
      assertThat(gradient(1)).containsExactly(1, 2);
      assertThat(gradient(2)).containsExactly(3 + 1, 6 + 1);
      assertThat(real.rows()).doesNotContain(0);
    }
  }

  @Test
  void gradientsOfAStepBeforeAreForgotten() {
    try (ShownRows shown = new ShownRows(table, always(), null)) {
      for (int step = 0; step < 2; step++) {
        shown.show(random, new int[] {2});
        shown.gradients(real).add(2, new float[] {1, 1});
        shown.passOn(real);
        assertThat(gradient(2)).containsExactly(1, 1);
        assertThat(real.count()).isEqualTo(1);
      }
    }
  }

  @Test
  void textsAreAddedToWhatTheSwapShows() {
    float[][] texts = {{1, 0}, {0, 1}, {-1, -1}};
    try (ShownRows plain = new ShownRows(table, null, projection(texts));
        ShownRows both = new ShownRows(table, always(), projection(texts))) {
      float[] added = plain.show(random, new int[] {0}).get(0);
      float[] swapped = both.show(random, new int[] {0}).get(0);
      assertThat(added).isNotEqualTo(table.get(0));
      // The same projection stands on another row.
      assertThat(swapped[0] - 3.5f).isCloseTo(added[0] - 1, within(1e-5f));
      assertThat(swapped[1] - 35).isCloseTo(added[1] - 10, within(1e-4f));
    }
  }

  @Test
  void settledRowsAreTheExpectationOfWhatIsShown() {
    try (ShownRows shown = new ShownRows(table, new RowSwap(NEIGHBOURS, 0, 0.5f, 2), null)) {
      Rows settled = shown.settled(3);
      assertThat(settled.get(0)).containsExactly(new float[] {2.25f, 22.5f}, within(1e-5f));
      assertThat(settled.get(1)).containsExactly(new float[] {1.5f, 15}, within(1e-5f));
      assertThat(settled.get(2)).containsExactly(4, 40);
      float[] sums = new float[2];
      for (int round = 0; round < 2_000; round++) {
        float[] now = shown.show(random, new int[] {0}).get(0);
        sums[0] += now[0] / 2_000;
        sums[1] += now[1] / 2_000;
      }
      assertThat(sums).containsExactly(new float[] {2.25f, 22.5f}, within(0.8f));
    }
  }

  @Test
  void fixedFeaturesStandBehindTheRowAndTheirGradientMovesNothing() {
    try (ShownRows shown =
        new ShownRows(table, null, new FixedFeatures(new float[][] {{5}, {6}, {7}}))) {
      Rows view = shown.show(random, new int[] {0, 2});
      assertThat(view.get(0)).containsExactly(1, 5);
      assertThat(view.get(2)).containsExactly(4, 7);
      RowGradients sums = shown.gradients(real);
      sums.add(2, new float[] {3, 9});
      shown.passOn(real);
      assertThat(gradient(2)).containsExactly(3, 0);
      assertThat(shown.settled(3).get(1)).containsExactly(2, 6);
    }
  }

  @Test
  void anEmbeddingStandsInTheHalfOfItsDomainAndLearnsFromThere() {
    try (ShownRows shown =
        new ShownRows(table, null, new DomainBlocks(new boolean[] {false, true, false}))) {
      Rows view = shown.show(random, new int[] {0, 1});
      assertThat(view.get(0)).containsExactly(1, 0);
      assertThat(view.get(1)).containsExactly(0, 2);
      RowGradients sums = shown.gradients(real);
      sums.add(0, new float[] {3, 9});
      sums.add(1, new float[] {4, 8});
      shown.passOn(real);
      assertThat(gradient(0)).containsExactly(3, 0);
      assertThat(gradient(1)).containsExactly(8, 0);
    }
  }

  private static RowSwap always() {
    return new RowSwap(NEIGHBOURS, 0, 1, 2);
  }

  private static TextProjection projection(float[][] texts) {
    return new TextProjection(texts, 2, 1e-3f, new SplittableRandom(1));
  }

  private float[] gradient(int row) {
    float[] sum = new float[2];
    for (int i = 0; i < real.count(); i++) {
      if (real.row(i) == row) {
        real.get(i, sum);
      }
    }
    return sum;
  }
}
