package dev.headwater.jobs.finetune;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The bytes of one row after another, in an array that is used again. For one thread. */
final class RowBytes extends ByteArrayOutputStream {
  /** Room to grow comes in steps of so much: a count more, or an event with a longer name. */
  private static final int STEP = 128;

  /** Adds floats, four bytes each, the highest first. */
  void writeFloats(float[] values) {
    int length = Float.BYTES * values.length;
    if (buf.length - count < length) {
      buf = Arrays.copyOf(buf, Math.max(count + length, 2 * buf.length));
    }
    ByteBuffer.wrap(buf, count, length).asFloatBuffer().put(values);
    count += length;
  }

  /**
   * Returns an array that begins with the bytes and goes on with zeros, the former one where they
   * fit and leave little of it over.
   */
  byte[] over(byte @Nullable [] former) {
    int room = (count + STEP) / STEP * STEP;
    boolean fits = former != null && former.length >= count && former.length <= room + STEP;
    byte[] result = fits && former != null ? former : new byte[room];
    System.arraycopy(buf, 0, result, 0, count);
    Arrays.fill(result, count, result.length, (byte) 0);
    return result;
  }
}
