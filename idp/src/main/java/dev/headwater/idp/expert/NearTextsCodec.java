package dev.headwater.idp.expert;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Near texts by name, as records carry them, since numbers mean something to one process only. The
 * one copy for whoever writes lists and whoever reads them.
 */
public final class NearTextsCodec {
  private NearTextsCodec() {}

  /**
   * A text by name.
   *
   * @param item its name
   * @param cosine with the text that it is near
   * @param incarnation of the item, {@link ItemCountsCodec#UNKNOWN} where the writer did not say
   * @param revision of the text, {@link ItemCountsCodec#UNKNOWN} the same
   */
  public record Named(String item, float cosine, long incarnation, long revision) {
    /** One of a writer that did not say which text of the item it compared. */
    public Named(String item, float cosine) {
      this(item, cosine, ItemCountsCodec.UNKNOWN, ItemCountsCodec.UNKNOWN);
    }

    /** Its revision as {@link NearTexts} has it. */
    public int number() {
      return revision == ItemCountsCodec.UNKNOWN ? NearTexts.ANY : NearTexts.revisionOf(revision);
    }
  }

  /**
   * Reads a list for a reader that knows items by name alone.
   *
   * @param numbers of names, below 0 for one that is not known, which is left out
   * @throws IllegalArgumentException if a cosine is none
   */
  public static NearTexts decode(List<Named> named, ToIntFunction<String> numbers) {
    return decodeByIncarnation(named, (item, incarnation) -> numbers.applyAsInt(item));
  }

  /**
   * Reads a list: what is nearest, {@link NearTexts#CAPACITY} at most, whatever order it came in.
   *
   * @param numbers of items, below 0 for one that is not known, which is left out
   * @throws IllegalArgumentException if a cosine is none
   */
  public static NearTexts decodeByIncarnation(List<Named> named, ItemCountsCodec.Numbers numbers) {
    List<Named> order = new ArrayList<>(named);
    for (Named each : order) {
      if (!(Math.abs(each.cosine()) <= 1.001f)) {
        throw new IllegalArgumentException("a cosine is " + each.cosine());
      }
    }
    order.sort(Comparator.comparing((Named each) -> -each.cosine())); // stable
    int[] items = new int[Math.min(order.size(), NearTexts.CAPACITY)];
    float[] cosines = new float[items.length];
    int[] revisions = new int[items.length];
    int known = 0;
    for (int i = 0; i < order.size() && known < items.length; i++) {
      Named each = order.get(i);
      int item = numbers.of(each.item(), each.incarnation());
      if (item >= 0) {
        items[known] = item;
        revisions[known] = each.number();
        cosines[known++] = each.cosine();
      }
    }
    return new NearTexts(
        Arrays.copyOf(items, known),
        Arrays.copyOf(cosines, known),
        Arrays.copyOf(revisions, known));
  }
}
