package dev.headwater.events;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.headwater.events.wire.Vector;
import dev.headwater.events.wire.VectorFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Packs float vectors into {@link Vector} and back. FP32 is exact; FP16 is IEEE 754 half precision
 * (relative error at most 2^-11 for magnitudes of 6.1e-5 to 65504, infinite above); INT8 is
 * symmetric with one scale a vector (absolute error at most scale / 2).
 */
public final class Vectors {
  private Vectors() {}

  /** Packs exactly, 4 bytes a value. */
  public static Vector fp32(float[] values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return Vector.newBuilder()
        .setFormat(VectorFormat.FP32)
        .setData(UnsafeByteOperations.unsafeWrap(buffer.array()))
        .build();
  }

  /** Packs into 2 bytes a value, rounded to the nearest. */
  public static Vector fp16(float[] values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length * 2).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      buffer.putShort(HalfFloat.fromFloat(value));
    }
    return Vector.newBuilder()
        .setFormat(VectorFormat.FP16)
        .setData(UnsafeByteOperations.unsafeWrap(buffer.array()))
        .build();
  }

  /** Packs into one byte a value and one scale; a zero vector keeps scale 0. */
  public static Vector int8(float[] values) {
    float max = 0;
    for (float value : values) {
      max = Math.max(max, Math.abs(value));
    }
    float scale = max / 127f;
    byte[] bytes = new byte[values.length];
    if (scale > 0) {
      for (int i = 0; i < values.length; i++) {
        bytes[i] = (byte) Math.round(values[i] / scale);
      }
    }
    return Vector.newBuilder()
        .setFormat(VectorFormat.INT8)
        .setData(UnsafeByteOperations.unsafeWrap(bytes))
        .setScale(scale)
        .build();
  }

  /** Returns the number of values. */
  public static int dim(Vector vector) {
    return vector.getData().size() / bytesPerValue(vector.getFormat());
  }

  private static int bytesPerValue(VectorFormat format) {
    return switch (format) {
      case FP32 -> 4;
      case FP16 -> 2;
      case INT8 -> 1;
      default -> throw new IllegalArgumentException("cannot read vector format " + format);
    };
  }

  /** Tells whether {@link #unpack} can read it; an absent or empty vector can be read. */
  public static boolean isReadable(Vector vector) {
    return switch (vector.getFormat()) {
      case FP32, FP16, INT8 -> vector.getData().size() % bytesPerValue(vector.getFormat()) == 0;
      default -> false;
    };
  }

  /**
   * Unpacks into a new array.
   *
   * @throws IllegalArgumentException for a format that this release cannot read, and where bytes
   *     are left over
   */
  public static float[] unpack(Vector vector) {
    ByteString data = vector.getData();
    if (data.size() % bytesPerValue(vector.getFormat()) != 0) {
      throw new IllegalArgumentException(
          data.size() + " bytes are no whole number of " + vector.getFormat() + " values");
    }
    switch (vector.getFormat()) {
      case FP32 -> {
        float[] values = new float[data.size() / 4];
        data.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
      }
      case FP16 -> {
        ByteBuffer buffer = data.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[data.size() / 2];
        for (int i = 0; i < values.length; i++) {
          values[i] = HalfFloat.toFloat(buffer.getShort());
        }
        return values;
      }
      case INT8 -> {
        float[] values = new float[data.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = data.byteAt(i) * vector.getScale();
        }
        return values;
      }
      default ->
          throw new IllegalArgumentException("cannot read vector format " + vector.getFormat());
    }
  }

  /** Tells whether every value is finite. */
  public static boolean isFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  /** Returns the Euclidean norm. */
  public static float norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return (float) Math.sqrt(sum);
  }
}
