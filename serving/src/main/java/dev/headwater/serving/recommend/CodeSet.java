package dev.headwater.serving.recommend;

import java.util.Arrays;

/** A fixed set of item codes. */
final class CodeSet {
  private final int[] sorted;

  private CodeSet(int[] sorted) {
    this.sorted = sorted;
  }

  /** Makes a set of the first {@code size} codes; takes the array over. */
  static CodeSet of(int[] codes, int size) {
    int[] own = size == codes.length ? codes : Arrays.copyOf(codes, size);
    Arrays.sort(own);
    return new CodeSet(own);
  }

  boolean contains(int code) {
    return Arrays.binarySearch(sorted, code) >= 0;
  }
}
