package dev.headwater.store.table;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.VectorFormat;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Bytes of a stored row: a tag (format, origin), varints for incarnation, generation, epoch and
 * step, for INT8 a scale, the vector, and the low 32 bits of the row's hash, by which a damaged row
 * can be named. A tombstone is a tag and the incarnation that ended. Thread-safe.
 */
public final class RowCodec {
  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int TOMBSTONE = 0x80;
  private static final int CHECK_BYTES = 4;
  private static final EmbeddingRow.Origin[] ORIGINS = {
    EmbeddingRow.Origin.ORIGIN_UNSPECIFIED,
    EmbeddingRow.Origin.COLD_START,
    EmbeddingRow.Origin.FALLBACK,
    EmbeddingRow.Origin.FINE_TUNED,
    EmbeddingRow.Origin.ROLLBACK
  };

  private final VectorFormat format;

  /** Creates a codec that writes vectors in one format and reads all. */
  public RowCodec(VectorFormat format) {
    if (format == VectorFormat.UNRECOGNIZED) {
      throw new IllegalArgumentException("cannot store vectors as " + format);
    }
    this.format = format;
  }

  /** Returns the format written. */
  public VectorFormat format() {
    return format;
  }

  /** A row's bytes with the hash that stands for them in the checksum. */
  @SuppressWarnings("ArrayRecordComponent") // a carrier between two lines of code, never compared
  public record Encoded(byte[] bytes, long contentHash) {}

  /** Encodes a row of an item whose name has the given hash. */
  public Encoded encode(long itemHash, StoredRow row) {
    byte[] out = new byte[size(row)];
    return new Encoded(out, encode(itemHash, row, out, 0));
  }

  /** Returns the number of bytes that a row takes. */
  public int size(StoredRow row) {
    RowStamp stamp = row.stamp();
    int dim = row.vector().length;
    int vector =
        switch (format) {
          case INT8 -> Float.BYTES + dim;
          case FP16 -> Short.BYTES * dim;
          default -> Float.BYTES * dim;
        };
    return 1
        + varintBytes(row.incarnation())
        + varintBytes(stamp.generation())
        + varintBytes(stamp.epoch())
        + varintBytes(stamp.step())
        + vector
        + CHECK_BYTES;
  }

  /**
   * Encodes a row into {@link #size} bytes of a buffer.
   *
   * @return the hash that stands for the row in the checksum
   */
  public long encode(long itemHash, StoredRow row, byte[] out, int from) {
    out[from] = (byte) (format.getNumber() | row.origin().getNumber() << 2);
    int at = putVarint(out, from + 1, row.incarnation());
    at = putVarint(out, at, row.stamp().generation());
    at = putVarint(out, at, row.stamp().epoch());
    at = putVarint(out, at, row.stamp().step());
    at = putVector(out, at, row.vector());
    long hash = RowHash.hash(out, from, at - from, itemHash);
    INT.set(out, at, (int) hash);
    return hash;
  }

  /** Encodes the end of an item's incarnation. */
  public static byte[] tombstone(long incarnation) {
    byte[] out = new byte[11];
    out[0] = (byte) TOMBSTONE;
    return Arrays.copyOf(out, putVarint(out, 1, incarnation));
  }

  /** Tells whether bytes are a tombstone. */
  public static boolean isTombstone(byte[] bytes) {
    return (bytes[0] & TOMBSTONE) != 0;
  }

  /** Recomputes the hash that stands for a row in the checksum. */
  public static long contentHash(long itemHash, byte[] bytes) {
    return RowHash.ofRow(itemHash, bytes, bytes.length - CHECK_BYTES);
  }

  /** Tells whether a row's bytes are as they were written. */
  public static boolean isIntact(long contentHash, byte[] bytes) {
    return bytes.length > CHECK_BYTES
        && (int) INT.get(bytes, bytes.length - CHECK_BYTES) == (int) contentHash;
  }

  /** Decodes a row. */
  public static StoredRow decode(byte[] bytes) {
    Cursor in = new Cursor(bytes);
    int tag = in.tag();
    long incarnation = in.varint();
    RowStamp stamp = new RowStamp(in.varint(), in.varint(), in.varint());
    return new StoredRow(ORIGINS[tag >> 2 & 7], incarnation, stamp, vector(tag & 3, bytes, in.at));
  }

  /** Decodes what memory keeps of a row or tombstone written in a table version. */
  public static RowMeta meta(byte[] bytes, long version, long contentHash) {
    Cursor in = new Cursor(bytes);
    int tag = in.tag();
    long incarnation = in.varint();
    RowStamp stamp =
        (tag & TOMBSTONE) != 0
            ? new RowStamp(0, 0, 0)
            : new RowStamp(in.varint(), in.varint(), in.varint());
    return new RowMeta(ORIGINS[tag >> 2 & 7], incarnation, stamp, version, contentHash);
  }

  private int putVector(byte[] out, int from, float[] vector) {
    int at = from;
    switch (format) {
      case INT8 -> {
        float scale = Quantizer.int8Scale(vector);
        FLOAT.set(out, at, scale);
        at += 4;
        for (float value : vector) {
          out[at++] = Quantizer.toInt8(value, scale);
        }
      }
      case FP16 -> {
        for (float value : vector) {
          SHORT.set(out, at, Quantizer.toHalf(value));
          at += 2;
        }
      }
      default -> {
        for (float value : vector) {
          FLOAT.set(out, at, value);
          at += 4;
        }
      }
    }
    return at;
  }

  private static float[] vector(int format, byte[] bytes, int from) {
    int length = bytes.length - CHECK_BYTES - from;
    return switch (format) {
      case VectorFormat.INT8_VALUE -> {
        float scale = (float) FLOAT.get(bytes, from);
        float[] vector = new float[length - 4];
        for (int i = 0; i < vector.length; i++) {
          vector[i] = bytes[from + 4 + i] * scale;
        }
        yield vector;
      }
      case VectorFormat.FP16_VALUE -> {
        float[] vector = new float[length / 2];
        for (int i = 0; i < vector.length; i++) {
          vector[i] = Quantizer.fromHalf((short) SHORT.get(bytes, from + 2 * i));
        }
        yield vector;
      }
      default -> {
        float[] vector = new float[length / 4];
        for (int i = 0; i < vector.length; i++) {
          vector[i] = (float) FLOAT.get(bytes, from + 4 * i);
        }
        yield vector;
      }
    };
  }

  private static int varintBytes(long value) {
    return Math.max(1, (70 - Long.numberOfLeadingZeros(value)) / 7);
  }

  private static int putVarint(byte[] out, int from, long value) {
    int at = from;
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out[at++] = (byte) ((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out[at++] = (byte) rest;
    return at;
  }

  /** Reads forward. */
  private static final class Cursor {
    private final byte[] bytes;
    private int at;

    Cursor(byte[] bytes) {
      this.bytes = bytes;
    }

    int tag() {
      return bytes[at++] & 0xFF;
    }

    long varint() {
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        byte b = bytes[at++];
        value |= (b & 0x7FL) << shift;
        if (b >= 0) {
          return value;
        }
      }
    }
  }
}
