package dev.headwater.idp.rank;

import dev.headwater.idp.expert.Companions;
import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.CountsByItem;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.ItemSet;
import dev.headwater.idp.expert.NearTexts;
import dev.headwater.idp.expert.Takes;
import dev.headwater.idp.expert.TextLinks;
import dev.headwater.idp.expert.TextsByItem;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The evidence of a reader of rows: serving, and a shard of the learner for what others own. Items
 * have numbers that the caller gives. What it says depends on the rows that stand, not on the order
 * in which they came; but the tick never goes back, and popular items that were overtaken by others
 * which have fallen since come back with the next {@link #settle()}.
 *
 * <p>One thread writes; many may read meanwhile. Counts that were handed in must not be changed by
 * anybody while others read; the learner, which is one thread, changes its own and hands them in
 * again. A listed companion takes 8 bytes, a near text 24.
 */
public final class EvidenceBook implements Evidence {
  /** How many of the most popular items of each window are known. */
  public static final int POPULAR = PopularList.CAPACITY;

  private final CountConfig config;
  private final TextLinks texts;
  private final PopularList popular;
  private final CountsByItem counts;
  private final ItemSet existing = new ItemSet();
  private volatile long tick;
  private int end;

  /**
   * An empty book that keeps all as objects.
   *
   * @param config how events are counted
   * @param names of items, which put in order what is equal otherwise, so that all processes agree
   */
  public EvidenceBook(CountConfig config, IntFunction<String> names) {
    this(
        config,
        names,
        CountsByItem.asObjects(),
        new TextLinks(TextsByItem.asObjects(), TextsByItem.asObjects(), names));
  }

  /**
   * An empty book.
   *
   * @param counts where they are kept; empty, its own from now on
   * @param texts the same
   */
  public EvidenceBook(
      CountConfig config, IntFunction<String> names, CountsByItem counts, TextLinks texts) {
    this.config = config;
    this.counts = counts;
    this.texts = texts;
    popular = new PopularList(config, names);
  }

  /** The same of a row whose text's revision is not known. */
  public void begin(int item, NearTexts near) {
    begin(item, near, NearTexts.ANY);
  }

  /**
   * A cold row stands: the item exists, and its text is near these. Items named there need not
   * exist yet.
   *
   * @param revision of its text, by {@link NearTexts#revisionOf(long)}
   */
  public void begin(int item, NearTexts near, int revision) {
    texts.put(item, near, revision);
    existing.add(item);
  }

  /** The row that counts brought these; null where it brought none, as a cold row does. */
  public void counts(int item, @Nullable ItemCounts brought) {
    counts.set(item, brought);
    end = Math.max(end, item + 1);
    popular.counted(item, brought);
    if (brought != null && (brought.isTaken() || brought.companions().size() > 0)) {
      tick = Math.max(tick, newest(brought) + 1);
    }
  }

  private static long newest(ItemCounts counts) {
    return Math.max(counts.lastTick(), counts.companions().tick());
  }

  /** The item ended: nothing is known of it any more, and lists name it for nothing. */
  public void remove(int item) {
    existing.remove(item);
    counts(item, null);
    texts.put(item, NearTexts.NONE, NearTexts.ANY);
  }

  /**
   * For the writer: looks for the most popular items among all, where one of them was taken back or
   * ended; does nothing else.
   */
  public void settle() {
    popular.settle(counts, end);
  }

  /**
   * For the writer of a book whose counts and lists are there already, as another process left
   * them: an item existed.
   *
   * @param revision of its text
   */
  public void exists(int item, int revision) {
    texts.revision(item, revision);
    existing.add(item);
  }

  /**
   * For the same: all items were told of.
   *
   * @param last the tick as it was
   * @param items a number above all of theirs
   */
  public void resume(long last, int items) {
    tick = last;
    end = items;
    popular.fill(counts, end);
  }

  /** Returns a number above those of all items that have counts. */
  public int end() {
    return end;
  }

  /** The most popular items of all windows, each once; not to be changed. */
  public int[] popular() {
    return popular.items();
  }

  @Override
  public @Nullable ItemCounts counts(int item) {
    return counts.get(item);
  }

  @Override
  public void takes(int item, Takes into) {
    counts.takes(item, into);
  }

  @Override
  public void takes(int[] items, int count, Takes[] into) {
    counts.takes(items, count, into);
  }

  @Override
  public Companions companions(int item) {
    return counts.companions(item);
  }

  @Override
  public Companions companions(int item, Companions room) {
    return counts.companions(item, room);
  }

  @Override
  public NearTexts texts(int item) {
    return texts.of(item, this::exists);
  }

  /** Returns the links between texts, whether or not their items exist. */
  public TextLinks links() {
    return texts;
  }

  @Override
  public boolean exists(int item) {
    return existing.contains(item);
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
