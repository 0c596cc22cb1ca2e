package dev.headwater.idp.expert;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The counts of all items of a domain that one owner keeps. For one thread.
 *
 * <p>Order within one event: whoever ranks reads first, then calls {@link #learn}: no event is
 * counted before it was ranked.
 */
public final class ItemBook implements CountReader {
  private static final int POPULAR = 100;

  private final CountConfig config;
  private final Map<Integer, ItemCounts> counts = new HashMap<>();
  private final PopularItems[] popular = new PopularItems[CountConfig.WINDOWS];
  private long tick;

  /** An empty book. */
  public ItemBook(CountConfig config) {
    this.config = config;
    Arrays.setAll(popular, i -> new PopularItems(POPULAR, config.popularityTicks()[i]));
  }

  /**
   * Counts one event, whose item is taken and linked with the last ones before it.
   *
   * @param history item numbers, oldest first; empty for somebody's first event
   * @param target the item that followed
   * @param weight 1 for a plain click; below 0 for a dislike, which takes links away
   */
  public void learn(int[] history, int target, double weight) {
    Links.of(
        history,
        target,
        weight,
        config,
        (owner, other, link) -> of(owner).link(other, link, tick, config));
    ItemCounts taken = of(target);
    taken.take(weight, tick, config);
    for (int window = 0; weight > 0 && window < popular.length; window++) {
      var unused = popular[window].taken(target, taken.recent(window, tick, config), tick);
    }
    tick++;
  }

  /** The counts of an item; null where there is none. */
  @Override
  public @Nullable ItemCounts counts(int item) {
    return counts.get(item);
  }

  /** Puts back what was written; popularity follows. */
  public void restore(int item, ItemCounts written) {
    counts.put(item, written);
    for (int window = 0; window < popular.length; window++) {
      double recent = written.recent(window, written.lastTick(), config);
      var unused = popular[window].taken(item, recent, written.lastTick());
    }
    tick = Math.max(tick, written.lastTick() + 1);
  }

  /** Forgets an item, in all lists: looks through the whole book. */
  public void remove(int item) {
    counts.remove(item);
    counts.values().forEach(other -> other.forget(item));
    for (PopularItems window : popular) {
      var unused = window.remove(item);
    }
  }

  /** Events counted so far. */
  @Override
  public long tick() {
    return tick;
  }

  /** The most popular items of all windows, each once. */
  public int[] popular() {
    Set<Integer> found = new LinkedHashSet<>();
    for (PopularItems window : popular) {
      Arrays.stream(window.items()).forEach(found::add);
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  /** How events are counted. */
  @Override
  public CountConfig config() {
    return config;
  }

  private ItemCounts of(int item) {
    return counts.computeIfAbsent(item, fresh -> new ItemCounts());
  }
}
