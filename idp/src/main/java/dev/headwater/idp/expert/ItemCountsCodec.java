package dev.headwater.idp.expert;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.function.IntToLongFunction;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Counts as bytes. Companions are written by name, since numbers mean something to one process
 * only; a companion whose name is not known to the reader is left out. Behind them stand their
 * incarnations, of which readers before did not know: an item that ended and began again is not the
 * one that was taken.
 */
public final class ItemCountsCodec {
  /** The incarnation of a companion where the writer did not say. */
  public static final long UNKNOWN = -1;

  private static final int FORMAT = 1;

  /** Format, counts and ticks of the item, the tick and number of companions. */
  private static final int HEAD = 1 + 8 * (1 + CountConfig.WINDOWS + 2 + 1) + Integer.BYTES;

  /** The length of a name. */
  private static final int NAME = Short.BYTES;

  private static final int LENGTH_MAX = (1 << Short.SIZE) - 1;
  private static final int INCARNATION_MAX = 10;

  private ItemCountsCodec() {}

  /** Numbers of companions. */
  @FunctionalInterface
  public interface Numbers {
    /**
     * Gives the number of an item.
     *
     * @param incarnation of it, {@link #UNKNOWN} where the writer did not say
     * @return below 0 for one that is not known, or is another one now
     */
    int of(String item, long incarnation);
  }

  /** Writes counts of companions whose incarnations are not known. */
  public static byte[] encode(ItemCounts counts, IntFunction<String> names) {
    return encode(counts, names, null);
  }

  /**
   * Writes counts.
   *
   * @param names of companions
   * @param incarnations of companions; null where they are not known
   */
  public static byte[] encode(
      ItemCounts counts, IntFunction<String> names, @Nullable IntToLongFunction incarnations) {
    Companions companions = counts.companions();
    byte[][] named = new byte[companions.size()][];
    int length = HEAD + companions.size() * (NAME + Float.BYTES);
    for (int i = 0; i < named.length; i++) {
      named[i] = utf(names.apply(companions.item(i)));
      length += named[i].length + (incarnations == null ? 0 : INCARNATION_MAX);
    }
    ByteBuffer out = ByteBuffer.allocate(length);
    out.put((byte) FORMAT).putDouble(counts.writtenTaken());
    for (int window = 0; window < CountConfig.WINDOWS; window++) {
      out.putDouble(counts.writtenRecent(window));
    }
    out.putLong(counts.firstTick()).putLong(counts.lastTick());
    out.putLong(companions.tick()).putInt(companions.size());
    for (int i = 0; i < named.length; i++) {
      out.putShort((short) named[i].length).put(named[i]).putFloat(companions.weight(i));
    }
    for (int i = 0; incarnations != null && i < named.length; i++) {
      write(out, incarnations.applyAsLong(companions.item(i)) - UNKNOWN);
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  /** As {@link DataInputStream#readUTF} reads it behind its length. */
  private static byte[] utf(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    boolean ofOneByteEach = bytes.length == name.length() && name.indexOf(0) < 0;
    if (ofOneByteEach && bytes.length <= LENGTH_MAX) {
      return bytes;
    }
    ByteArrayOutputStream behind = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(behind)) {
      out.writeUTF(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Arrays.copyOfRange(behind.toByteArray(), NAME, behind.size());
  }

  /** Seven bits a byte, the lowest first. */
  private static void write(ByteBuffer out, long value) {
    long rest = value;
    for (; rest > 0x7f; rest >>>= 7) {
      out.put((byte) ((rest & 0x7f) | 0x80));
    }
    out.put((byte) rest);
  }

  private static long read(DataInputStream in) throws IOException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int next = in.readUnsignedByte();
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new IllegalArgumentException("an incarnation that does not end");
  }

  /**
   * Reads counts for a reader that knows items by name alone.
   *
   * @param numbers of names, below 0 for one that is not known
   * @throws IllegalArgumentException if the bytes are cut, of a later format, or not counts
   */
  public static ItemCounts decode(byte[] bytes, ToIntFunction<String> numbers) {
    return decodeByIncarnation(bytes, (item, incarnation) -> numbers.applyAsInt(item));
  }

  /**
   * Reads counts for a reader that tells an item's incarnations apart.
   *
   * @throws IllegalArgumentException if the bytes are cut, of a later format, or not counts
   */
  public static ItemCounts decodeByIncarnation(byte[] bytes, Numbers numbers) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int format = in.readByte();
      if (format != FORMAT) {
        throw new IllegalArgumentException("counts of format " + format + ", not " + FORMAT);
      }
      double taken = in.readDouble();
      double[] recent = new double[CountConfig.WINDOWS];
      for (int window = 0; window < recent.length; window++) {
        recent[window] = in.readDouble();
      }
      long first = in.readLong();
      long last = in.readLong();
      return checked(new ItemCounts(taken, recent, first, last, companions(in, numbers)));
    } catch (IOException e) {
      throw new IllegalArgumentException("counts of " + bytes.length + " bytes are cut", e);
    }
  }

  private static Companions companions(DataInputStream in, Numbers numbers) throws IOException {
    long tick = in.readLong();
    int size = in.readInt();
    int most = Math.max(0, Math.min(size, in.available()));
    String[] names = new String[most];
    float[] weights = new float[most];
    for (int i = 0; i < size; i++) {
      String name = in.readUTF();
      float weight = in.readFloat();
      if (!(weight > 0) || Float.isInfinite(weight)) {
        throw new IllegalArgumentException("a companion weighs " + weight);
      }
      names[i] = name;
      weights[i] = weight;
    }
    int[] items = new int[most];
    int known = 0;
    boolean said = in.available() > 0;
    for (int i = 0; i < most; i++) {
      int item = numbers.of(names[i], said ? read(in) + UNKNOWN : UNKNOWN);
      if (item >= 0) {
        items[known] = item;
        weights[known++] = weights[i];
      }
    }
    return Companions.of(Arrays.copyOf(items, known), Arrays.copyOf(weights, known), tick);
  }

  private static ItemCounts checked(ItemCounts counts) {
    double sum = counts.writtenTaken();
    for (int window = 0; window < CountConfig.WINDOWS; window++) {
      sum += counts.writtenRecent(window);
    }
    if (!Double.isFinite(sum) || counts.writtenTaken() < 0) {
      throw new IllegalArgumentException("counts that are no numbers above 0");
    }
    return counts;
  }
}
