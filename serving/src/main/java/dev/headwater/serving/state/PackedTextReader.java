package dev.headwater.serving.state;

import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads texts and counts one after another; what stands behind the end is empty, so that bytes that
 * change meanwhile lead nowhere else. For one thread.
 */
final class PackedTextReader {
  /** Below this a length is one byte. */
  private static final int LONG = 255;

  private final ByteBuffer bytes;
  private final int end;
  private int at;

  PackedTextReader(ByteBuffer bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  static void write(DataOutput out, String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    writeCount(out, utf8.length);
    out.write(utf8);
  }

  static void writeCount(DataOutput out, int count) throws IOException {
    out.writeByte(Math.min(count, LONG));
    if (count >= LONG) {
      out.writeInt(count);
    }
  }

  /** Reads a number, no more than there are bytes left. */
  int count() {
    int count = at < end ? bytes.get(at++) & 0xff : 0;
    if (count == LONG) {
      count = end - at >= Integer.BYTES ? bytes.getInt(at) : 0;
      at = Math.min(end, at + Integer.BYTES);
    }
    return Math.max(0, Math.min(count, end - at));
  }

  /** Reads a text. */
  String next() {
    byte[] utf8 = new byte[count()];
    bytes.get(at, utf8);
    at += utf8.length;
    return new String(utf8, StandardCharsets.UTF_8);
  }

  /** Reads a text and returns which of those it is, -1 for none. */
  int nextOf(byte[]... wanted) {
    int length = count();
    int from = at;
    at += length;
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i].length == length && is(wanted[i], from)) {
        return i;
      }
    }
    return -1;
  }

  private boolean is(byte[] wanted, int from) {
    for (int i = 0; i < wanted.length; i++) {
      if (bytes.get(from + i) != wanted[i]) {
        return false;
      }
    }
    return true;
  }
}
