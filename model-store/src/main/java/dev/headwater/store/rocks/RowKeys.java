package dev.headwater.store.rocks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Builds and takes apart the keys drawn in this package's description. */
final class RowKeys {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final int TABLE_BYTES = 4;
  private static final int SUFFIX_BYTES = 5;
  private static final byte END = (byte) 0xFF;

  private RowKeys() {}

  /** Key of an item's row as of a version; the first key at or after it is the row read there. */
  static byte[] row(int table, byte[] item, long version) {
    byte[] key = new byte[TABLE_BYTES + item.length + SUFFIX_BYTES];
    INT.set(key, 0, table);
    System.arraycopy(item, 0, key, TABLE_BYTES, item.length);
    key[key.length - SUFFIX_BYTES] = END;
    INT.set(key, key.length - 4, ~(int) Math.min(version, 0xFFFFFFFFL));
    return key;
  }

  /** Key at or before everything of an item, and after everything of the item before. */
  static byte[] beforeItem(int table, byte[] item) {
    return Arrays.copyOf(row(table, item, 0), TABLE_BYTES + item.length + 1);
  }

  /** First key after all versions of an item. */
  static byte[] afterItem(int table, byte[] item) {
    byte[] key = Arrays.copyOf(row(table, item, 0), TABLE_BYTES + item.length + SUFFIX_BYTES + 1);
    Arrays.fill(key, TABLE_BYTES + item.length, key.length, END);
    return key;
  }

  static byte[] input(int table, byte[] item, int kind) {
    byte[] key = new byte[TABLE_BYTES + item.length + 2];
    INT.set(key, 0, table);
    System.arraycopy(item, 0, key, TABLE_BYTES, item.length);
    key[key.length - 2] = END;
    key[key.length - 1] = (byte) kind;
    return key;
  }

  static int inputKind(byte[] key) {
    return key[key.length - 1];
  }

  static byte[] inputItem(byte[] key) {
    return Arrays.copyOfRange(key, TABLE_BYTES, key.length - 2);
  }

  static byte[] delta(int table, long version, int chunk) {
    byte[] key = new byte[12];
    INT.set(key, 0, table);
    INT.set(key, 4, (int) version);
    INT.set(key, 8, chunk);
    return key;
  }

  static int deltaChunk(byte[] key) {
    return (int) INT.get(key, 8);
  }

  static long deltaVersion(byte[] key) {
    return Integer.toUnsignedLong((int) INT.get(key, 4));
  }

  /** First key of a table in any column family. */
  static byte[] table(int table) {
    byte[] key = new byte[TABLE_BYTES];
    INT.set(key, 0, table);
    return key;
  }

  static int tableOf(byte[] key) {
    return (int) INT.get(key, 0);
  }

  static long versionOf(byte[] key) {
    return Integer.toUnsignedLong(~(int) INT.get(key, key.length - 4));
  }

  static byte[] itemOf(byte[] key) {
    return Arrays.copyOfRange(key, TABLE_BYTES, key.length - SUFFIX_BYTES);
  }

  /** The order of items' keys: a name that begins with another one comes before it. */
  static int compareItems(byte[] a, byte[] b) {
    int differ = Arrays.mismatch(a, b);
    return differ >= 0 && differ == Math.min(a.length, b.length)
        ? Integer.compare(b.length, a.length)
        : Arrays.compareUnsigned(a, b);
  }

  /** Tells whether a row key belongs to the item. */
  static boolean isOf(byte[] key, int table, byte[] item) {
    return key.length == TABLE_BYTES + item.length + SUFFIX_BYTES
        && tableOf(key) == table
        && Arrays.equals(key, TABLE_BYTES, key.length - SUFFIX_BYTES, item, 0, item.length);
  }

  /** Tells whether two row keys belong to the same item of the same table. */
  static boolean sameItem(byte[] a, byte[] b) {
    return a.length == b.length
        && Arrays.equals(a, 0, a.length - SUFFIX_BYTES, b, 0, b.length - SUFFIX_BYTES);
  }
}
