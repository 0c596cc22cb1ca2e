package dev.headwater.idp.expert;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/**
 * Near texts by name, as records carry them, since numbers mean something to one process only. The
 * one copy for whoever writes lists and whoever reads them.
 */
public final class NearTextsCodec {
  private NearTextsCodec() {}

  /**
   * A list by names.
   *
   * @param names of the items, nearest first
   * @param cosines of their texts with the item's, as many
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
  public record Named(String[] names, float[] cosines) {
    /** Checks that each name has one cosine. */
    public Named {
      if (names.length != cosines.length) {
        throw new IllegalArgumentException("each near text has one cosine");
      }
    }

    /** How many there are. */
    public int size() {
      return names.length;
    }
  }

  /** Writes a list. */
  public static Named encode(NearTexts near, IntFunction<String> names) {
    String[] written = new String[near.size()];
    Arrays.setAll(written, i -> names.apply(near.items()[i]));
    return new Named(written, near.cosines().clone());
  }

  /**
   * Reads a list: what is nearest, {@link NearTexts#CAPACITY} at most, whatever order it came in.
   *
   * @param numbers of names, below 0 for one that is not known, which is left out
   * @throws IllegalArgumentException if a cosine is none
   */
  public static NearTexts decode(Named named, ToIntFunction<String> numbers) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < named.size(); i++) {
      if (!(Math.abs(named.cosines()[i]) <= 1.001f)) {
        throw new IllegalArgumentException("a cosine is " + named.cosines()[i]);
      }
      order.add(i);
    }
    order.sort(Comparator.comparing((Integer i) -> -named.cosines()[i])); // stable
    int[] items = new int[Math.min(order.size(), NearTexts.CAPACITY)];
    float[] cosines = new float[items.length];
    int known = 0;
    for (int i = 0; i < order.size() && known < items.length; i++) {
      int item = numbers.applyAsInt(named.names()[order.get(i)]);
      if (item >= 0) {
        items[known] = item;
        cosines[known++] = named.cosines()[order.get(i)];
      }
    }
    return new NearTexts(Arrays.copyOf(items, known), Arrays.copyOf(cosines, known));
  }
}
