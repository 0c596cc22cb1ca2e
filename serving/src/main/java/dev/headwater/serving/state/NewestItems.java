package dev.headwater.serving.state;

/** The items that came last: a ring. One writer; reading is safe for concurrent use. */
final class NewestItems {
  private static final int SIZE = 512;

  private final int[] ring = new int[SIZE];
  private long added;

  synchronized void add(int code) {
    ring[(int) (added++ % SIZE)] = code;
  }

  /** Returns the codes of so many at most, newest first. */
  synchronized int[] codes(int most) {
    int size = (int) Math.min(Math.min(SIZE, most), added);
    int[] codes = new int[size];
    for (int i = 0; i < size; i++) {
      codes[i] = ring[(int) ((added - 1 - i) % SIZE)];
    }
    return codes;
  }
}
