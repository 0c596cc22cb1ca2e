package dev.headwater.events;

/**
 * IEEE 754 half precision (1 sign, 5 exponent, 10 fraction bits) to float and back; Java has it
 * from version 20 on.
 */
public final class HalfFloat {
  private static final int FLOAT_SIGN = 0x80000000;
  private static final int FLOAT_INFINITY = 0x7f800000;
  private static final int HALF_INFINITY = 0x7c00;
  private static final int HALF_QUIET_NAN = 0x7e00;
  private static final int FRACTION_SHIFT = 13;

  /** Bias of float less bias of half, in a float's exponent field. */
  private static final int REBIAS = (127 - 15) << 23;

  /** The smallest magnitude that rounds to infinity, 65520. */
  private static final int OVERFLOW = 0x477ff000;

  /** The smallest normal half, 2^-14, as a float. */
  private static final int SMALLEST_NORMAL = 0x38800000;

  private HalfFloat() {}

  /** Rounds to the nearest, ties to even; 65520 and more becomes infinite. */
  public static short fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits & FLOAT_SIGN) >>> 16;
    int magnitude = bits & ~FLOAT_SIGN;
    return (short) (sign | fromMagnitude(magnitude));
  }

  private static int fromMagnitude(int magnitude) {
    if (magnitude > FLOAT_INFINITY) {
      return HALF_QUIET_NAN;
    }
    if (magnitude >= OVERFLOW) {
      return HALF_INFINITY;
    }
    if (magnitude < SMALLEST_NORMAL) {
      // Units of 2^-24; Math.rint rounds ties to even. 1024 units are the smallest normal.
      return (int) Math.rint(Float.intBitsToFloat(magnitude) * 0x1p24);
    }
    int rounded = magnitude - REBIAS + 0xfff + ((magnitude >>> FRACTION_SHIFT) & 1);
    return rounded >>> FRACTION_SHIFT;
  }

  /** Widens exactly. */
  public static float toFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int magnitude = half & 0x7fff;
    if (magnitude >= HALF_INFINITY) {
      int fraction = (magnitude & 0x3ff) << FRACTION_SHIFT;
      return Float.intBitsToFloat(sign | FLOAT_INFINITY | fraction);
    }
    if (magnitude < 0x400) {
      float value = magnitude * 0x1p-24f;
      return sign == 0 ? value : -value;
    }
    return Float.intBitsToFloat(sign | ((magnitude << FRACTION_SHIFT) + REBIAS));
  }
}
