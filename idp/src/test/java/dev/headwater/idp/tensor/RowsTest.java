package dev.headwater.idp.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

class RowsTest {
  @Test
  void javaAndNativeCodeSeeTheSameMemory() {
    try (Rows rows = new Rows(2, 3)) {
      rows.set(1, new float[] {5, 6});
      assertThat(rows.array().getFloat(1, 1)).isEqualTo(6);
      rows.array().addi(1);
      assertThat(rows.get(1)).containsExactly(6, 7);
      assertThat(rows.get(2)).containsExactly(1, 1);
    }
  }

  @Test
  void startsWithZerosAndSomeRoom() {
    try (Rows rows = new Rows(3, 2)) {
      assertThat(rows.dim()).isEqualTo(3);
      assertThat(rows.capacity()).isEqualTo(16);
      assertThat(rows.array().getShape()).isEqualTo(new Shape(16, 3));
      assertThat(rows.get(15)).containsExactly(0, 0, 0);
    }
  }

  @Test
  void growsByHalfAndKeepsWhatItHeld() {
    try (Rows rows = new Rows(2, 20)) {
      rows.set(19, new float[] {1, 2});
      rows.ensure(19);
      assertThat(rows.capacity()).isEqualTo(20);
      rows.ensure(20);
      assertThat(rows.capacity()).isEqualTo(30);
      rows.ensure(99);
      assertThat(rows.capacity()).isEqualTo(100);
      assertThat(rows.get(19)).containsExactly(1, 2);
      rows.set(99, new float[] {3, 4});
      assertThat(rows.array().getFloat(99, 0)).isEqualTo(3);
    }
  }

  @Test
  void copiesPartsOfLongerArrays() {
    try (Rows rows = new Rows(2, 3)) {
      rows.set(2, new float[] {9, 1, 2, 9}, 1);
      float[] target = new float[4];
      rows.get(2, target, 2);
      assertThat(target).containsExactly(0, 0, 1, 2);
    }
  }

  @Test
  void aCopyIsNotTheRow() {
    try (Rows rows = new Rows(2, 3)) {
      rows.set(0, new float[] {1, 2});
      rows.get(0)[0] = 9;
      assertThat(rows.get(0)).containsExactly(1, 2);
    }
  }

  @Test
  void refusesRowsOfAnotherLength() {
    try (Rows rows = new Rows(2, 3)) {
      assertThatThrownBy(() -> rows.set(0, new float[3]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("2 values, not 3");
    }
  }

  @Test
  void sharedMemoryBeginsAtACacheLine() {
    try (NDManager manager = Torch.newManager()) {
      for (int size = 1; size < 40; size += 3) {
        SharedFloats floats = new SharedFloats(manager, new Shape(size));
        assertThat(floats.size()).isEqualTo(size);
        floats.floats().put(size - 1, 2.5f);
        assertThat(floats.array().getFloat(size - 1)).isEqualTo(2.5f);
        assertThat(floats.array().toFloatArray()[0]).isEqualTo(size == 1 ? 2.5f : 0);
      }
    }
  }
}
