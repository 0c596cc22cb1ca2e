package dev.headwater.serving.users;

/** IEEE 754 half precision, for vectors that are kept by the hundred thousand. */
final class Halves {
  /** Scales a half's exponent to a float's: 2^112. */
  private static final float REBIAS = 0x1p112f;

  private static final float LARGEST = 65_504;

  private Halves() {}

  /** Rounds each value to the nearest half; what is too large becomes the largest. */
  static short[] of(float[] values) {
    short[] halves = new short[values.length];
    for (int i = 0; i < halves.length; i++) {
      float bounded = Math.max(-LARGEST, Math.min(LARGEST, values[i]));
      int sign = (Float.floatToRawIntBits(bounded) >>> 16) & 0x8000;
      // Below the smallest normal half this rounds as the machine rounds subnormal floats.
      int scaled = Float.floatToRawIntBits(Math.abs(bounded) / REBIAS);
      int rounded = scaled + 0xfff + ((scaled >>> 13) & 1);
      halves[i] = (short) (sign | (rounded >>> 13));
    }
    return halves;
  }

  /** Widens exactly. */
  static float[] floats(short[] halves) {
    float[] values = new float[halves.length];
    for (int i = 0; i < values.length; i++) {
      int bits = halves[i];
      float magnitude = Float.intBitsToFloat((bits & 0x7fff) << 13) * REBIAS;
      values[i] = Float.intBitsToFloat(Float.floatToRawIntBits(magnitude) | (bits & 0x8000) << 16);
    }
    return values;
  }
}
