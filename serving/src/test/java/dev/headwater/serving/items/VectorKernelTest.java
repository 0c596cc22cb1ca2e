package dev.headwater.serving.items;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.HalfFloat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Explicit vectors and plain loops say the same. */
class VectorKernelTest {
  private static final int FINITE = 0x7c00;

  /** Every finite half, from any place, in rows that are no multiple of any width. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 16, 33, 64})
  void widensEachHalfAsItIsMeant(int count) {
    short[] halves = new short[2 * FINITE];
    for (int bits = 0; bits < FINITE; bits++) {
      halves[2 * bits] = (short) bits;
      halves[2 * bits + 1] = (short) (bits | 0x8000);
    }
    float[] plain = new float[count + 1];
    float[] vectors = new float[count + 1];
    PlainKernel plainKernel = new PlainKernel();
    VectorKernel vectorKernel = new VectorKernel();
    for (int from = 0; from + count <= halves.length; from += count) {
      plainKernel.widen(halves, from, count, plain);
      vectorKernel.widen(halves, from, count, vectors);
      for (int d = 0; d < count; d++) {
        int meant = Float.floatToRawIntBits(HalfFloat.toFloat(halves[from + d]));
        assertThat(Float.floatToRawIntBits(plain[d])).isEqualTo(meant);
        assertThat(Float.floatToRawIntBits(vectors[d])).isEqualTo(meant);
      }
    }
    assertThat(plain[count]).as("behind the row").isZero();
    assertThat(vectors[count]).as("behind the row").isZero();
  }
}
