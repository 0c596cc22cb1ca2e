package dev.headwater.idp.rank;

import dev.headwater.idp.expert.ByItem;
import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.NearTexts;
import dev.headwater.idp.expert.PopularItems;
import dev.headwater.idp.expert.TextLinks;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The evidence of a reader of rows: serving, and a shard of the learner for what others own. Items
 * have numbers that the caller gives. What it says depends on the rows that stand, not on the order
 * in which they came; but the tick never goes back, and of the popular items those are known that
 * were among the highest when their counts came.
 *
 * <p>One thread writes; many may read meanwhile. Counts that were handed in must not be changed by
 * anybody while others read; the learner, which is one thread, changes its own and hands them in
 * again. A listed companion takes 8 bytes, a near text 16.
 */
public final class EvidenceBook implements Evidence {
  private static final int POPULAR = 100;

  private final CountConfig config;
  private final IntFunction<String> names;
  private final TextLinks texts;
  private final PopularItems[] windows = new PopularItems[CountConfig.WINDOWS];
  private final ByItem<Known> items = new ByItem<>(Known::new);
  private volatile int[] popular = new int[0];
  private volatile long tick;

  private static final class Known {
    private volatile @Nullable ItemCounts counts;
    private volatile boolean exists;
  }

  /**
   * An empty book.
   *
   * @param config how events are counted
   * @param names of items, which put in order what is equal otherwise, so that all processes agree
   */
  public EvidenceBook(CountConfig config, IntFunction<String> names) {
    this.config = config;
    this.names = names;
    texts = new TextLinks(names);
    Arrays.setAll(windows, i -> new PopularItems(POPULAR, config.popularityTicks()[i]));
  }

  /**
   * A cold row stands: the item exists, and its text is near these. Items named there need not
   * exist yet.
   */
  public void begin(int item, NearTexts near) {
    texts.put(item, near);
    items.of(item).exists = true;
  }

  /** The row that counts brought these; null where it brought none, as a cold row does. */
  public void counts(int item, @Nullable ItemCounts brought) {
    items.of(item).counts = brought;
    long takenAt = brought == null ? 0 : brought.lastTick();
    boolean moved = false;
    for (int window = 0; window < windows.length; window++) {
      double recent = brought == null ? 0 : brought.recent(window, takenAt, config);
      boolean now =
          recent > 0 ? windows[window].taken(item, recent, takenAt) : windows[window].remove(item);
      moved = moved || now;
    }
    if (brought != null && (brought.isTaken() || brought.companions().size() > 0)) {
      tick = Math.max(tick, newest(brought) + 1);
    }
    if (moved) {
      popular = listed();
    }
  }

  private static long newest(ItemCounts counts) {
    return Math.max(counts.lastTick(), counts.companions().tick());
  }

  /** The item ended: nothing is known of it any more, and lists name it for nothing. */
  public void remove(int item) {
    items.of(item).exists = false;
    counts(item, null);
    texts.put(item, NearTexts.NONE);
  }

  private int[] listed() {
    Set<Integer> found = new LinkedHashSet<>();
    for (PopularItems window : windows) {
      Arrays.stream(window.items()).forEach(found::add);
    }
    return found.stream()
        .sorted(Comparator.comparing(names::apply))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** The most popular items of all windows, each once; not to be changed. */
  public int[] popular() {
    return popular;
  }

  @Override
  public @Nullable ItemCounts counts(int item) {
    Known known = items.get(item);
    return known == null ? null : known.counts;
  }

  @Override
  public NearTexts texts(int item) {
    return texts.of(item, this::exists);
  }

  @Override
  public boolean exists(int item) {
    Known known = items.get(item);
    return known != null && known.exists;
  }

  @Override
  public long tick() {
    return tick;
  }

  @Override
  public CountConfig config() {
    return config;
  }
}
