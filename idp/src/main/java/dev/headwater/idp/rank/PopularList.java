package dev.headwater.idp.rank;

import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.CountsByItem;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.PopularItems;
import dev.headwater.idp.expert.Takes;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The most popular items of all windows, each once, in the order of their names. Most counts change
 * nothing here, and what changes is put in its place. One thread writes, many may read.
 */
final class PopularList {
  static final int CAPACITY = 100;

  private final CountConfig config;
  private final IntFunction<String> names;
  private final PopularItems[] windows = new PopularItems[CountConfig.WINDOWS];
  private volatile int[] items = new int[0];

  PopularList(CountConfig config, IntFunction<String> names) {
    this.config = config;
    this.names = names;
    Arrays.setAll(windows, i -> new PopularItems(CAPACITY, config.popularityTicks()[i]));
  }

  /** Returns the items; not to be changed. */
  int[] items() {
    return items;
  }

  /** These counts of an item stand from now on (writer only). */
  void counted(int item, @Nullable ItemCounts counts) {
    for (int window = 0; window < windows.length; window++) {
      long takenAt = counts == null ? 0 : counts.lastTick();
      double recent = counts == null ? 0 : counts.recent(window, takenAt, config);
      if (!(recent > 0)) {
        drop(windows[window].remove(item) ? item : PopularItems.NONE);
        continue;
      }
      int gone = windows[window].taken(item, recent, takenAt);
      if (gone != PopularItems.NONE) {
        add(item);
        drop(gone);
      }
    }
  }

  /** Looks through all counts where an item may be missing (writer only). */
  void settle(CountsByItem counts, int end) {
    if (Arrays.stream(windows).anyMatch(PopularItems::isLacking)) {
      fill(counts, end);
    }
  }

  /** Looks through all counts (writer only). */
  void fill(CountsByItem counts, int end) {
    for (PopularItems window : windows) {
      window.clear();
    }
    Takes takes = new Takes();
    for (int item = 0; item < end; item++) {
      counts.takes(item, takes);
      for (int window = 0; takes.isTaken() && window < windows.length; window++) {
        double recent = takes.recent(window, takes.lastTick(), config);
        var unused = windows[window].taken(item, recent, takes.lastTick());
      }
    }
    items =
        Arrays.stream(windows)
            .flatMapToInt(window -> Arrays.stream(window.items()))
            .distinct()
            .boxed()
            .sorted(Comparator.comparing(names::apply).thenComparing(Comparator.naturalOrder()))
            .mapToInt(Integer::intValue)
            .toArray();
  }

  private void add(int item) {
    int at = place(item);
    if (at < 0) {
      int[] longer = Arrays.copyOf(items, items.length + 1);
      System.arraycopy(items, -1 - at, longer, -at, items.length + 1 + at);
      longer[-1 - at] = item;
      items = longer;
    }
  }

  /** An item left a window. */
  private void drop(int item) {
    int at = item == PopularItems.NONE || stands(item) ? -1 : place(item);
    if (at >= 0) {
      int[] shorter = Arrays.copyOf(items, items.length - 1);
      System.arraycopy(items, at + 1, shorter, at, shorter.length - at);
      items = shorter;
    }
  }

  private boolean stands(int item) {
    for (PopularItems window : windows) {
      if (window.contains(item)) {
        return true;
      }
    }
    return false;
  }

  /** Where an item stands, or {@code -1 - where} it would. */
  private int place(int item) {
    String name = names.apply(item);
    int[] sorted = items;
    int from = 0;
    int to = sorted.length;
    while (from < to) {
      int middle = (from + to) >>> 1;
      int order = names.apply(sorted[middle]).compareTo(name);
      order = order == 0 ? Integer.compare(sorted[middle], item) : order;
      if (order == 0) {
        return middle;
      }
      from = order < 0 ? middle + 1 : from;
      to = order < 0 ? to : middle;
    }
    return -1 - from;
  }
}
