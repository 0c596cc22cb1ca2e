package dev.headwater.serving.items;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CellPerRowTest {
  @Test
  void keepsCellsOfRowsInAnyOrder() {
    int rows = 30_000; // several chunks
    CellPerRow cells = new CellPerRow();
    int[] expected = new int[rows];
    Arrays.fill(expected, -1);
    Random random = new Random(8);
    for (int step = 0; step < 3 * rows; step++) {
      int row = random.nextInt(rows);
      expected[row] = random.nextInt(CellPerRow.CELLS_MAX + 1) - 1;
      cells.set(row, expected[row]);
    }
    cells.set(3, CellPerRow.CELLS_MAX - 1);
    expected[3] = CellPerRow.CELLS_MAX - 1;
    for (int row = 0; row < rows; row++) {
      assertThat(cells.get(row)).isEqualTo(expected[row]);
    }
    assertThat(cells.get(10 * rows)).isEqualTo(-1);
  }
}
