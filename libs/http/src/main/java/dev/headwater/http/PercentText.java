package dev.headwater.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Checks that the escapes of a path or query spell text. What is no UTF-8 would be read with marks
 * in the place of what it said, and two identifiers could become one.
 */
final class PercentText {
  private static final int HEX = 16;

  private PercentText() {}

  /** Tells whether every escape is whole, and all of them together with the rest are UTF-8. */
  static boolean isWell(String escaped) {
    if (escaped.indexOf('%') < 0) {
      return true;
    }
    ByteBuffer bytes = ByteBuffer.allocate(escaped.length());
    for (int i = 0; i < escaped.length(); i++) {
      char next = escaped.charAt(i);
      if (next != '%') {
        bytes.put((byte) next);
        continue;
      }
      int high = i + 2 < escaped.length() ? Character.digit(escaped.charAt(i + 1), HEX) : -1;
      int low = i + 2 < escaped.length() ? Character.digit(escaped.charAt(i + 2), HEX) : -1;
      if (high < 0 || low < 0) {
        return false;
      }
      bytes.put((byte) (high * HEX + low));
      i += 2;
    }
    return isUtf8(bytes.flip());
  }

  /** Tells whether bytes are UTF-8, to the letter. */
  static boolean isUtf8(ByteBuffer bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(bytes);
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
