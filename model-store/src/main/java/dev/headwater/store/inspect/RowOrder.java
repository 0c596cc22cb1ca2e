package dev.headwater.store.inspect;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The order in which cursors show items: bytes of their UTF-8 names. */
final class RowOrder {
  private RowOrder() {}

  static int compare(String a, String b) {
    return Arrays.compareUnsigned(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }
}
