package dev.headwater.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.headwater.events.wire.Vector;
import dev.headwater.events.wire.VectorFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VectorsTest {
  private static final float[] SAMPLE = {0f, -0f, 1f, -1.5f, 3.1415927f, 1e-7f, -65504f};

  @Test
  void fp32IsExact() {
    float[] odd = {Float.MIN_VALUE, Float.MAX_VALUE, Float.NEGATIVE_INFINITY, Float.NaN, -0f};
    assertThat(Vectors.unpack(Vectors.fp32(odd))).containsExactly(odd);
    assertThat(Vectors.dim(Vectors.fp32(SAMPLE))).isEqualTo(SAMPLE.length);
  }

  @Test
  void fp32IsLittleEndian() {
    assertThat(Vectors.fp32(new float[] {1f}).getData().toByteArray())
        .containsExactly(0, 0, 0x80, 0x3f);
    assertThat(Vectors.fp16(new float[] {1f}).getData().toByteArray()).containsExactly(0, 0x3c);
  }

  @Test
  void everyHalfSurvivesTheWayToFloatAndBack() {
    for (int half = 0; half <= 0xffff; half++) {
      float value = HalfFloat.toFloat((short) half);
      if (Float.isNaN(value)) {
        assertThat(HalfFloat.fromFloat(value) & 0x7fff).isEqualTo(0x7e00);
      } else {
        assertThat(HalfFloat.fromFloat(value)).as("half %x", half).isEqualTo((short) half);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0x1p0,3c00",
    "-0x1p1,c000",
    "65504,7bff",
    "65519.99,7bff",
    "65520,7c00",
    "3.4e38,7c00",
    "-Infinity,fc00",
    "0x1p-14,400",
    "0x1.ff8p-15,3ff",
    "0x1p-24,1",
    "0x1p-25,0",
    "0x1.8p-25,1",
    "0x1.8p-24,2",
    "0x1.002p0,3c00",
    "0x1.006p0,3c02",
    "0x1.ffcp-15,400",
    "-0.0,8000"
  })
  void fp16RoundsToTheNearestAndTiesToEven(String value, String half) {
    assertThat(HalfFloat.fromFloat(Float.parseFloat(value)) & 0xffff)
        .isEqualTo(Integer.parseInt(half, 16));
  }

  @Test
  void fp16RoundsToTheNearestHalfOfRandomFloats() {
    Random random = new Random(11);
    for (int i = 0; i < 200_000; i++) {
      float value = (float) (random.nextGaussian() * Math.pow(2, random.nextInt(30) - 18));
      int half = HalfFloat.fromFloat(value) & 0xffff;
      double error = Math.abs(HalfFloat.toFloat((short) half) - (double) value);
      for (int neighbour : new int[] {half - 1, half + 1}) {
        if ((neighbour & 0x7fff) < 0x7c00 && (neighbour & 0x8000) == (half & 0x8000)) {
          double other = Math.abs(HalfFloat.toFloat((short) neighbour) - (double) value);
          assertThat(error).as("value %s", value).isLessThanOrEqualTo(other);
        }
      }
    }
  }

  @Test
  void int8StaysWithinHalfAStep() {
    Random random = new Random(12);
    float[] values = new float[64];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    Vector packed = Vectors.int8(values);
    float[] read = Vectors.unpack(packed);
    for (int i = 0; i < values.length; i++) {
      assertThat(read[i]).isCloseTo(values[i], within(packed.getScale() / 2 * 1.0001f));
    }
    assertThat(Vectors.dim(packed)).isEqualTo(64);
  }

  @Test
  void int8OfAZeroVectorIsZero() {
    assertThat(Vectors.unpack(Vectors.int8(new float[3]))).containsExactly(0, 0, 0);
  }

  @Test
  void refusesLeftOverBytesAndUnknownFormats() {
    Vector torn =
        Vector.newBuilder()
            .setFormat(VectorFormat.FP32)
            .setData(ByteString.copyFrom(new byte[7]))
            .build();
    assertThatThrownBy(() -> Vectors.unpack(torn)).isInstanceOf(IllegalArgumentException.class);
    Vector newer = Vector.newBuilder().setFormatValue(77).build();
    assertThatThrownBy(() -> Vectors.unpack(newer)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Vectors.dim(newer)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void knowsFiniteVectorsAndNorms() {
    assertThat(Vectors.isFinite(SAMPLE)).isTrue();
    assertThat(Vectors.isFinite(new float[] {1, Float.NaN})).isFalse();
    assertThat(Vectors.isFinite(new float[] {Float.POSITIVE_INFINITY})).isFalse();
    assertThat(Vectors.norm(new float[] {3, 4})).isEqualTo(5);
  }
}
