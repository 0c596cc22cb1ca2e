package dev.headwater.serving.recommend;

import dev.headwater.client.answers.Recommendations;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Where a caller stands who turns pages: the seed of random draws, and a hash of each item shown so
 * far. It holds all there is to know, so any node can answer the next page: no item comes twice,
 * however the table moves in between.
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Cursor(long seed, int[] shown) {
  /** Most items that a caller can turn through. */
  public static final int SHOWN_MAX = 1_000;

  private static final byte FORMAT = 1;

  /** Returns the cursor of a first page. */
  public static Cursor first(long seed) {
    return new Cursor(seed, new int[0]);
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is not one that {@link #text} wrote
   */
  public static Cursor parse(String text) {
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
    int hashes = (bytes.remaining() - 1 - Long.BYTES) / Integer.BYTES;
    boolean whole = bytes.remaining() == 1 + Long.BYTES + hashes * Integer.BYTES;
    if (hashes < 0 || !whole || hashes > SHOWN_MAX || bytes.get() != FORMAT) {
      throw new IllegalArgumentException("not a cursor");
    }
    long seed = bytes.getLong();
    int[] shown = new int[hashes];
    for (int i = 0; i < hashes; i++) {
      shown[i] = bytes.getInt();
    }
    Arrays.sort(shown);
    return new Cursor(seed, shown);
  }

  /** Returns its text, for a URL. */
  public String text() {
    ByteBuffer bytes = ByteBuffer.allocate(1 + Long.BYTES + shown.length * Integer.BYTES);
    bytes.put(FORMAT).putLong(seed);
    for (int hash : shown) {
      bytes.putInt(hash);
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /** Returns the cursor of the page after one that showed these items. */
  Cursor after(List<Recommendations.Item> items) {
    int room = Math.min(items.size(), SHOWN_MAX - shown.length);
    int[] more = Arrays.copyOf(shown, shown.length + room);
    for (int i = 0; i < room; i++) {
      more[shown.length + i] = hash(items.get(i).item());
    }
    Arrays.sort(more);
    return new Cursor(seed, more);
  }

  boolean isFirst() {
    return shown.length == 0;
  }

  boolean isFull() {
    return shown.length >= SHOWN_MAX;
  }

  boolean hasShown(String item) {
    return Arrays.binarySearch(shown, hash(item)) >= 0;
  }

  /** FNV-1a; the hash of a string is too regular for identifiers that look alike. */
  private static int hash(String item) {
    int hash = 0x811c9dc5;
    for (byte each : item.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ each) * 0x01000193;
    }
    return hash;
  }
}
