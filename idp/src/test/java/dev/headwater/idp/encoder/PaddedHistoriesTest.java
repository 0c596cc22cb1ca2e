package dev.headwater.idp.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.tensor.Torch;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PaddedHistoriesTest {
  private final NDManager manager = Torch.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void padsOnTheLeftToTheLongest() {
    PaddedHistories padded = PaddedHistories.of(List.of(new int[] {4, 5, 6}, new int[] {7}), 10);
    assertThat(padded.length()).isEqualTo(3);
    assertThat(padded.lengths()).containsExactly(3, 1);
    assertThat(padded.rows()).containsExactly(4, 5, 6, -1, -1, 7);
  }

  @Test
  void keepsTheLastItemsOfALongHistory() {
    PaddedHistories padded = PaddedHistories.of(List.of(new int[] {1, 2, 3, 4}, new int[] {9}), 2);
    assertThat(padded.rows()).containsExactly(3, 4, -1, 9);
    assertThat(padded.lengths()).containsExactly(2, 1);
  }

  @Test
  void refusesAnEmptyHistoryAndSaysWhich() {
    assertThatThrownBy(() -> PaddedHistories.of(List.of(new int[] {1}, new int[0]), 5))
        .hasMessageContaining("example 1");
  }

  @Test
  void looksRowsUpAndMasksThePadding() {
    NDArray table = manager.create(new float[] {0, 0, 10, 11, 20, 21}, new Shape(3, 2));
    PaddedHistories padded = PaddedHistories.of(List.of(new int[] {1, 2}, new int[] {2}), 5);
    SequenceBatch batch = padded.gather(manager, table);
    assertThat(batch.items().getShape()).isEqualTo(new Shape(2, 2, 2));
    assertThat(batch.items().toFloatArray()).containsExactly(10, 11, 20, 21, 0, 0, 20, 21);
    assertThat(batch.padding().getShape()).isEqualTo(new Shape(2, 1, 1, 2));
    assertThat(batch.padding().toFloatArray()).containsExactly(0, 0, -1e9f, 0);
    assertThat(batch.size()).isEqualTo(2);
    assertThat(batch.length()).isEqualTo(2);
    assertThat(batch.hidden()).isNull();
  }

  @Test
  void theMaskIsFiniteInHalfPrecisionToo() {
    assertThat(SequenceBatch.never(DataType.FLOAT16)).isGreaterThan(-65_504);
    NDArray items = manager.zeros(new Shape(1, 2, 4), DataType.FLOAT16);
    NDArray mask = SequenceBatch.of(items, new int[] {1}).padding();
    assertThat(mask.getDataType()).isEqualTo(DataType.FLOAT16);
    assertThat(mask.toType(DataType.FLOAT32, true).toFloatArray()[0]).isLessThan(-10_000);
  }

  @Test
  void marksHiddenPlaces() {
    NDArray items = manager.zeros(new Shape(1, 3, 4));
    NDArray hidden =
        Objects.requireNonNull(
            SequenceBatch.of(items, new int[] {3}).hiding(new float[] {0, 1, 0}).hidden());
    assertThat(hidden.getShape()).isEqualTo(new Shape(1, 3, 1));
    assertThat(hidden.toFloatArray()).containsExactly(0, 1, 0);
  }
}
