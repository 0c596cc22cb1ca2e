package dev.headwater.idp.expert;

/** Two bytes an item, by item number; 0 where none was set. One thread writes. */
final class ShortsByItem {
  private final IntsByItem pairs = new IntsByItem();

  short get(int item) {
    return (short) (pairs.get(item >> 1) >> shift(item));
  }

  /** For the writer. */
  void set(int item, short value) {
    int kept = pairs.get(item >> 1) & ~(0xffff << shift(item));
    pairs.set(item >> 1, kept | (value & 0xffff) << shift(item));
  }

  private static int shift(int item) {
    return (item & 1) * Short.SIZE;
  }
}
