package dev.headwater.idp.text;

import java.nio.ByteBuffer;

/** Walks the fields of one protobuf message without its schema. */
final class WireReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;
  private static final int MAX_SHIFT = 63;

  private final ByteBuffer in;
  private int field;
  private int wire;

  WireReader(ByteBuffer message) {
    in = message.slice();
  }

  /** Moves to the next field; its value must then be read or skipped. */
  boolean next() {
    if (!in.hasRemaining()) {
      return false;
    }
    int tag = (int) varint();
    field = tag >>> 3;
    wire = tag & 7;
    return true;
  }

  boolean hasMore() {
    return in.hasRemaining();
  }

  int field() {
    return field;
  }

  boolean isBytes() {
    return wire == BYTES;
  }

  long varint() {
    long value = 0;
    for (int shift = 0; shift <= MAX_SHIFT; shift += 7) {
      byte b = in.get();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number of more than ten bytes at " + in.position());
  }

  /** The value of a field of bytes, of text or of a message, as a view. */
  ByteBuffer bytes() {
    int length = Math.toIntExact(varint());
    ByteBuffer view = in.slice(in.position(), length);
    in.position(in.position() + length);
    return view;
  }

  void skip() {
    switch (wire) {
      case VARINT -> varint();
      case FIXED64 -> in.position(in.position() + Long.BYTES);
      case BYTES -> bytes();
      case FIXED32 -> in.position(in.position() + Integer.BYTES);
      default -> throw new IllegalArgumentException("wire type " + wire + " of field " + field);
    }
  }
}
