package dev.headwater.idp.bundle;

/** IEEE 754 binary16. */
final class Half {
  private Half() {}

  /** Rounds to the nearest, ties to even; what is too large becomes infinite. */
  static short of(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) {
      return (short) (sign | 0x7e00);
    }
    if (magnitude >= 0x477ff000) {
      return (short) (sign | 0x7c00);
    }
    if (magnitude >= 0x38800000) {
      int rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
      return (short) (sign | ((rounded - 0x38000000) >>> 13));
    }
    float small = Math.abs(value) * 0x1p24f;
    return (short) (sign | (int) Math.rint(small));
  }

  /** Widens exactly. */
  static float toFloat(short half) {
    int bits = half & 0xffff;
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >>> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0) {
      float value = fraction * 0x1p-24f;
      return sign == 0 ? value : -value;
    }
    if (exponent == 31) {
      return Float.intBitsToFloat(sign | 0x7f800000 | (fraction << 13));
    }
    return Float.intBitsToFloat(sign | ((exponent + 112) << 23) | (fraction << 13));
  }
}
