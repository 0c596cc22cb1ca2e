package dev.headwater.store.table;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A 64-bit hash of bytes (XXH64, Collet 2012). A table's checksum is the sum of its rows' hashes
 * modulo 2^64: it does not depend on their order, and replacing a row is one subtraction and one
 * addition. It tells copies apart that differ by accident; it is no defence against an adversary.
 */
public final class RowHash {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long P1 = 0x9E3779B185EBCA87L;
  private static final long P2 = 0xC2B2AE3D27D4EB4FL;
  private static final long P3 = 0x165667B19E3779F9L;
  private static final long P4 = 0x85EBCA77C2B2AE63L;
  private static final long P5 = 0x27D4EB2F165667C5L;

  private RowHash() {}

  /** Hashes a row: the item's name, then the stored bytes. */
  public static long ofRow(long itemHash, byte[] bytes, int length) {
    return hash(bytes, 0, length, itemHash);
  }

  /** Hashes an item's name. */
  public static long ofItem(byte[] item) {
    return hash(item, 0, item.length, 0);
  }

  /** Returns XXH64 of a range. */
  public static long hash(byte[] bytes, int offset, int length, long seed) {
    int at = offset;
    int end = offset + length;
    long h;
    if (length >= 32) {
      long a = seed + P1 + P2;
      long b = seed + P2;
      long c = seed;
      long d = seed - P1;
      for (; at <= end - 32; at += 32) {
        a = round(a, (long) LONG.get(bytes, at));
        b = round(b, (long) LONG.get(bytes, at + 8));
        c = round(c, (long) LONG.get(bytes, at + 16));
        d = round(d, (long) LONG.get(bytes, at + 24));
      }
      h =
          Long.rotateLeft(a, 1)
              + Long.rotateLeft(b, 7)
              + Long.rotateLeft(c, 12)
              + Long.rotateLeft(d, 18);
      h = merge(merge(merge(merge(h, a), b), c), d);
    } else {
      h = seed + P5;
    }
    return tail(bytes, at, end, h + length);
  }

  private static long tail(byte[] bytes, int from, int end, long seeded) {
    long h = seeded;
    int at = from;
    for (; at <= end - 8; at += 8) {
      h = Long.rotateLeft(h ^ round(0, (long) LONG.get(bytes, at)), 27) * P1 + P4;
    }
    if (at <= end - 4) {
      h = Long.rotateLeft(h ^ ((int) INT.get(bytes, at) & 0xFFFFFFFFL) * P1, 23) * P2 + P3;
      at += 4;
    }
    for (; at < end; at++) {
      h = Long.rotateLeft(h ^ (bytes[at] & 0xFFL) * P5, 11) * P1;
    }
    h = (h ^ h >>> 33) * P2;
    h = (h ^ h >>> 29) * P3;
    return h ^ h >>> 32;
  }

  private static long round(long acc, long input) {
    return Long.rotateLeft(acc + input * P2, 31) * P1;
  }

  private static long merge(long h, long acc) {
    return (h ^ round(0, acc)) * P1 + P4;
  }
}
