package dev.headwater.ingest;

import java.nio.charset.StandardCharsets;

/**
 * A 64-bit hash of several strings: FNV-1a over their UTF-8 bytes with a separator that cannot
 * occur in UTF-8, finished by the mixer of murmur3. Not cryptographic. Stored in records: never
 * change it.
 */
final class Hash64 {
  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;
  private static final int SEPARATOR = 0xff;

  private long state = OFFSET;

  Hash64 add(String text) {
    return add(text.getBytes(StandardCharsets.UTF_8));
  }

  Hash64 add(byte[] bytes) {
    for (byte b : bytes) {
      mix(b & 0xff);
    }
    mix(SEPARATOR);
    return this;
  }

  private void mix(int value) {
    state = (state ^ value) * PRIME;
  }

  long value() {
    long h = state;
    h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
    h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return h ^ (h >>> 33);
  }
}
