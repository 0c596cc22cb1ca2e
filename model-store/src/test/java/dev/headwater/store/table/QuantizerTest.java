package dev.headwater.store.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.wire.VectorFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizerTest {
  private static final float HALF_MAX = 65_504;

  @Test
  void everyHalfIsReadAsTheNumberThatItIsWrittenFrom() {
    for (int bits = 0; bits <= 0xFFFF; bits++) {
      float value = Quantizer.fromHalf((short) bits);
      if (Float.isNaN(value)) {
        assertThat(Quantizer.fromHalf(Quantizer.toHalf(value))).isNaN();
      } else {
        assertThat(Quantizer.toHalf(value) & 0xFFFF).as("%04x", bits).isEqualTo(bits);
      }
    }
  }

  @Test
  void halvesRiseInTheOrderOfTheirBits() {
    for (int bits = 1; bits <= 0x7C00; bits++) {
      float before = Quantizer.fromHalf((short) (bits - 1));
      float value = Quantizer.fromHalf((short) bits);
      assertThat(value).as("%04x", bits).isGreaterThan(before);
      assertThat(Quantizer.fromHalf((short) (bits | 0x8000))).isEqualTo(-value);
    }
    assertThat(Quantizer.fromHalf((short) 0x7BFF)).isEqualTo(HALF_MAX);
    assertThat(Quantizer.fromHalf((short) 0x3C00)).isEqualTo(1);
  }

  /** As IEEE 754 has it: the nearest, and between two the one whose last bit is zero. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aNumberGoesToTheNearestHalf(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      int low = random.nextInt(0x7BFF);
      double below = Quantizer.fromHalf((short) low);
      double above = Quantizer.fromHalf((short) (low + 1));
      boolean middle = random.nextInt(4) == 0;
      float value =
          (float) (middle ? (below + above) / 2 : below + random.nextDouble() * (above - below));
      double toBelow = value - below;
      double toAbove = above - value;
      int nearest = toBelow < toAbove ? low : toBelow > toAbove ? low + 1 : low + (low & 1);
      assertThat(Quantizer.toHalf(value) & 0xFFFF)
          .as("seed %d: %s between %s and %s", seed, value, below, above)
          .isEqualTo(nearest);
      assertThat(Quantizer.toHalf(-value) & 0xFFFF).isEqualTo(nearest | 0x8000);
    }
  }

  @Test
  void whatIsTooLargeOrNoNumberStaysNotFinite() {
    float[] odd = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e9f, -1e9f};
    for (float value : Quantizer.roundTrip(odd, VectorFormat.FP16)) {
      assertThat(Float.isFinite(value)).isFalse();
    }
    assertThat(Quantizer.fromHalf(Quantizer.toHalf(HALF_MAX + 15))).isEqualTo(HALF_MAX);
    assertThat(Quantizer.fromHalf(Quantizer.toHalf(HALF_MAX + 16))).isInfinite();
    assertThat(Quantizer.fromHalf(Quantizer.toHalf(1e-9f))).isZero();
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      float[] read = Quantizer.roundTrip(new float[] {1, bad, 0.5f}, VectorFormat.INT8);
      for (float value : read) {
        assertThat(value).as("one bad value makes the whole row no row").isNaN();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anInt8IsWithinHalfAStepAndTheLargestIsExact(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 500; i++) {
      float[] vector = new float[1 + random.nextInt(64)];
      float scale = (float) Math.pow(10, random.nextInt(9) - 4);
      float largest = 0;
      for (int d = 0; d < vector.length; d++) {
        vector[d] = scale * (float) random.nextGaussian();
        largest = Math.max(largest, Math.abs(vector[d]));
      }
      float[] read = Quantizer.roundTrip(vector, VectorFormat.INT8);
      for (int d = 0; d < vector.length; d++) {
        float error = Math.abs(read[d] - vector[d]);
        assertThat(error).as("seed %d, %d", seed, i).isLessThanOrEqualTo(largest / 127 * 0.5001f);
        if (Math.abs(vector[d]) == largest) {
          assertThat(error).isLessThanOrEqualTo(largest * 1e-6f);
        }
      }
      assertThat(Quantizer.roundTrip(vector, VectorFormat.FP32)).isEqualTo(vector);
    }
    assertThat(Quantizer.roundTrip(new float[3], VectorFormat.INT8)).containsOnly(0f);
  }
}
