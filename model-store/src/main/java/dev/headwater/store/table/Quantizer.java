package dev.headwater.store.table;

import dev.headwater.events.wire.VectorFormat;

/**
 * Narrow number formats: IEEE 754 half precision (round to nearest even, overflow to infinity) and
 * symmetric 8-bit integers with one scale a vector. A value that is not finite stays not finite in
 * half precision; in INT8 it makes the scale NaN, so that no reader mistakes it for a number. Used
 * by the codec; public so that the loss of a format can be measured on a table without a store.
 * Thread-safe.
 */
public final class Quantizer {
  private Quantizer() {}

  /** Returns what a vector reads back as after it was stored in a format; FP32 is exact. */
  public static float[] roundTrip(float[] vector, VectorFormat format) {
    float[] back = vector.clone();
    float scale = format == VectorFormat.INT8 ? int8Scale(vector) : 0;
    for (int i = 0; i < back.length; i++) {
      back[i] =
          switch (format) {
            case INT8 -> toInt8(vector[i], scale) * scale;
            case FP16 -> fromHalf(toHalf(vector[i]));
            default -> vector[i];
          };
    }
    return back;
  }

  static float int8Scale(float[] vector) {
    float max = 0;
    for (float value : vector) {
      max = Math.max(max, Math.abs(value)); // NaN stays NaN
    }
    return Float.isInfinite(max) ? Float.NaN : max / 127f;
  }

  static byte toInt8(float value, float scale) {
    return scale > 0 ? (byte) Math.max(-127, Math.min(127, Math.round(value / scale))) : 0;
  }

  static short toHalf(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    int abs = bits & 0x7FFFFFFF;
    if (abs > 0x7F800000) {
      return (short) (sign | 0x7E00);
    }
    if (abs >= 0x47800000) {
      return (short) (sign | 0x7C00);
    }
    if (abs < 0x38800000) {
      // Subnormal: count units of 2^-24, rounding half to even as rint does.
      return (short) (sign | (int) Math.rint(Float.intBitsToFloat(abs) * 0x1p24));
    }
    int rounded = abs + 0xFFF + (abs >>> 13 & 1);
    return (short) (sign | ((rounded - 0x38000000) >>> 13));
  }

  static float fromHalf(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = half >>> 10 & 0x1F;
    int fraction = half & 0x3FF;
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    if (exponent == 31) {
      return Float.intBitsToFloat(sign | 0x7F800000 | fraction << 13);
    }
    return Float.intBitsToFloat(sign | ((exponent + 112) << 23) | (fraction << 13));
  }
}
