package dev.headwater.idp.online;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Cuts a window of examples into steps: histories of like length together, because padding short
 * ones to the longest of a window costs more than learning does. The sort is stable, so that
 * examples of one length keep their order.
 */
public final class Steps {
  /** Most steps that a window is collected for before it is learned. */
  public static final int MOST = 8;

  private Steps() {}

  /**
   * Returns the steps, each of at most {@code batchSize} examples.
   *
   * @param length tells the length of an example's history
   */
  public static <T> List<List<T>> of(List<T> window, ToIntFunction<T> length, int batchSize) {
    List<T> sorted = new ArrayList<>(window);
    sorted.sort(Comparator.comparingInt(length));
    List<List<T>> steps = new ArrayList<>();
    for (int from = 0; from < sorted.size(); from += batchSize) {
      steps.add(sorted.subList(from, Math.min(from + batchSize, sorted.size())));
    }
    return steps;
  }

  /**
   * Puts parts together, in their order, as long as they have no more than so many examples; one
   * that has more stands alone.
   *
   * @param size tells how many a part has
   */
  public static <T> List<List<T>> packed(List<T> parts, ToIntFunction<T> size, int most) {
    List<List<T>> packs = new ArrayList<>();
    int from = 0;
    while (from < parts.size()) {
      int to = from;
      int examples = 0;
      do {
        examples += size.applyAsInt(parts.get(to++));
      } while (to < parts.size() && examples + size.applyAsInt(parts.get(to)) <= most);
      packs.add(parts.subList(from, to));
      from = to;
    }
    return packs;
  }
}
