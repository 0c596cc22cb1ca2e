package dev.headwater.idp.expert;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/**
 * Counts as bytes. Companions are written by name, since numbers mean something to one process
 * only; a companion whose name is not known to the reader is left out.
 */
public final class ItemCountsCodec {
  private static final int FORMAT = 1;

  private ItemCountsCodec() {}

  /** Writes counts. */
  public static byte[] encode(ItemCounts counts, IntFunction<String> names) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      out.writeDouble(counts.writtenTaken());
      for (int window = 0; window < CountConfig.WINDOWS; window++) {
        out.writeDouble(counts.writtenRecent(window));
      }
      out.writeLong(counts.firstTick());
      out.writeLong(counts.lastTick());
      Companions companions = counts.companions();
      out.writeLong(companions.tick());
      out.writeInt(companions.size());
      for (int i = 0; i < companions.size(); i++) {
        out.writeUTF(names.apply(companions.item(i)));
        out.writeFloat(companions.weight(i));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads counts.
   *
   * @param numbers of names, below 0 for one that is not known
   * @throws IllegalArgumentException if the bytes are cut, of a later format, or not counts
   */
  public static ItemCounts decode(byte[] bytes, ToIntFunction<String> numbers) {
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

  private static Companions companions(DataInputStream in, ToIntFunction<String> numbers)
      throws IOException {
    long tick = in.readLong();
    int size = in.readInt();
    int[] items = new int[Math.max(0, Math.min(size, in.available()))];
    float[] weights = new float[items.length];
    int known = 0;
    for (int i = 0; i < size; i++) {
      int item = numbers.applyAsInt(in.readUTF());
      float weight = in.readFloat();
      if (!(weight > 0) || Float.isInfinite(weight)) {
        throw new IllegalArgumentException("a companion weighs " + weight);
      }
      if (item >= 0) {
        items[known] = item;
        weights[known++] = weight;
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
