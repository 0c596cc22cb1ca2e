package dev.headwater.serving.users;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A history in few bytes: the event that caused it, how many items are disliked and which, then the
 * codes of those that are liked, seven bits a byte. About three bytes an item in a catalog of a
 * million.
 */
final class PackedHistory {
  private static final int BYTES_MAX = 5;
  private static final int MORE = 0x80;
  private static final int[] NONE = {};

  private PackedHistory() {}

  static byte[] pack(int[] codes, int[] disliked, String eventId) {
    byte[] event = eventId.getBytes(StandardCharsets.UTF_8);
    byte[] packed = new byte[BYTES_MAX * (codes.length + disliked.length + 2) + event.length];
    int at = put(packed, 0, event.length);
    System.arraycopy(event, 0, packed, at, event.length);
    at += event.length;
    at = put(packed, at, disliked.length);
    for (int code : disliked) {
      at = put(packed, at, code);
    }
    for (int code : codes) {
      at = put(packed, at, code);
    }
    return Arrays.copyOf(packed, at);
  }

  private static int put(byte[] into, int from, int value) {
    int at = from;
    int rest = value;
    while ((rest & -MORE) != 0) {
      into[at++] = (byte) (rest | MORE);
      rest >>>= 7;
    }
    into[at++] = (byte) rest;
    return at;
  }

  static String eventId(byte[] packed) {
    int start = next(packed, 0);
    return new String(packed, start, value(packed, 0, start), StandardCharsets.UTF_8);
  }

  static int[] codes(byte[] packed) {
    int[] both = items(packed);
    return Arrays.copyOfRange(both, dislikes(packed), both.length);
  }

  static int[] disliked(byte[] packed) {
    int count = dislikes(packed);
    return count == 0 ? NONE : Arrays.copyOf(items(packed), count);
  }

  private static int dislikes(byte[] packed) {
    int start = afterEvent(packed);
    return value(packed, start, next(packed, start));
  }

  /** Returns the disliked items, then the liked ones. */
  private static int[] items(byte[] packed) {
    int start = next(packed, afterEvent(packed));
    int count = 0;
    for (int at = start; at < packed.length; at++) {
      count += packed[at] >= 0 ? 1 : 0;
    }
    int[] codes = new int[count];
    int at = start;
    for (int i = 0; i < count; i++) {
      int end = next(packed, at);
      codes[i] = value(packed, at, end);
      at = end;
    }
    return codes;
  }

  private static int afterEvent(byte[] packed) {
    int start = next(packed, 0);
    return start + value(packed, 0, start);
  }

  /** Returns where the value that begins here ends. */
  private static int next(byte[] packed, int from) {
    int at = from;
    while (packed[at] < 0) {
      at++;
    }
    return at + 1;
  }

  private static int value(byte[] packed, int from, int to) {
    int value = 0;
    for (int at = to - 1; at >= from; at--) {
      value = (value << 7) | (packed[at] & (MORE - 1));
    }
    return value;
  }
}
