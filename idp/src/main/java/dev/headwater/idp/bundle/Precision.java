package dev.headwater.idp.bundle;

import ai.djl.util.Float16Utils;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How many bytes a stored value takes. */
public enum Precision {
  /** Four bytes, exact. */
  FP32("F32", Float.BYTES) {
    @Override
    void put(ByteBuffer buffer, float value) {
      buffer.putFloat(value);
    }

    @Override
    float get(ByteBuffer buffer) {
      return buffer.getFloat();
    }
  },
  /** Two bytes, about three digits. */
  FP16("F16", Short.BYTES) {
    @Override
    void put(ByteBuffer buffer, float value) {
      if (!(Math.abs(value) < TOO_LARGE_FOR_HALF)) {
        throw new IllegalArgumentException(value + " has no finite half");
      }
      buffer.putShort(Float16Utils.floatToHalf(value));
    }

    @Override
    float get(ByteBuffer buffer) {
      return Float16Utils.halfToFloat(buffer.getShort());
    }
  };

  private static final float TOO_LARGE_FOR_HALF = 65_520;
  private static final int CHUNK_VALUES = 1 << 14;

  private final String dtype;
  private final int bytes;

  Precision(String dtype, int bytes) {
    this.dtype = dtype;
    this.bytes = bytes;
  }

  static Precision of(String dtype) throws IOException {
    for (Precision precision : values()) {
      if (precision.dtype.equals(dtype)) {
        return precision;
      }
    }
    throw new IOException("values of type " + dtype + " cannot be read");
  }

  String dtype() {
    return dtype;
  }

  int bytes() {
    return bytes;
  }

  abstract void put(ByteBuffer buffer, float value);

  abstract float get(ByteBuffer buffer);

  void write(OutputStream out, float[] values) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK_VALUES * bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < values.length; from += CHUNK_VALUES) {
      buffer.clear();
      for (int i = from; i < Math.min(values.length, from + CHUNK_VALUES); i++) {
        put(buffer, values[i]);
      }
      out.write(buffer.array(), 0, buffer.position());
    }
  }

  float[] read(ByteBuffer buffer) {
    float[] values = new float[buffer.remaining() / bytes];
    for (int i = 0; i < values.length; i++) {
      values[i] = get(buffer);
    }
    return values;
  }
}
