package dev.headwater.idp.text;

/**
 * A history as {@link Recformer} reads it.
 *
 * @param tokens the start mark, then the words of the items, newest item first
 * @param types what each token is: {@link #START}, {@link #NAME} or {@link #VALUE}
 * @param items the place of each token's item in the history, 1 for the newest; 0 for the start
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
record TokenSequence(long[] tokens, long[] types, long[] items) {
  /** The start mark. */
  static final int START = 0;

  /** Of an attribute's name. */
  static final int NAME = 1;

  /** Of an attribute's value. */
  static final int VALUE = 2;

  /** How many kinds there are. */
  static final int TYPES = 3;
}
