package dev.headwater.idp.rank;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What an event says of the weights, as bytes. They pass between processes of one release and are
 * not kept: features stand by column, and a release that knows others is refused.
 */
public final class WeightGradientCodec {
  private static final int FORMAT = 1;

  private WeightGradientCodec() {}

  /** Writes a gradient. */
  public static byte[] encode(WeightGradient gradient) {
    int[] contexts = gradient.contexts();
    ByteBuffer bytes =
        ByteBuffer.allocate(3 + contexts.length + Double.BYTES * gradient.values().length);
    bytes.put((byte) FORMAT).put((byte) Feature.COUNT).put((byte) contexts.length);
    for (int context : contexts) {
      bytes.put((byte) context);
    }
    bytes.asDoubleBuffer().put(gradient.values());
    return bytes.array();
  }

  /**
   * Reads a gradient.
   *
   * @throws IllegalArgumentException if the bytes are cut, or of a release with other features
   */
  public static WeightGradient decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int format = in.readByte();
      int features = in.readByte();
      if (format != FORMAT || features != Feature.COUNT) {
        throw new IllegalArgumentException(
            "a gradient of format " + format + " with " + features + " features");
      }
      int[] contexts = new int[in.readUnsignedByte()];
      for (int i = 0; i < contexts.length; i++) {
        contexts[i] = in.readUnsignedByte();
      }
      double[] values = new double[features];
      for (int i = 0; i < values.length; i++) {
        values[i] = in.readDouble();
      }
      return new WeightGradient(contexts, values);
    } catch (IOException e) {
      throw new IllegalArgumentException("a gradient of " + bytes.length + " bytes is cut", e);
    }
  }
}
