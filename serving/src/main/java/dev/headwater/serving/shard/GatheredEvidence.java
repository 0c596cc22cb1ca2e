package dev.headwater.serving.shard;

import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.NearTexts;
import dev.headwater.idp.expert.PopularItems;
import dev.headwater.idp.rank.Evidence;
import dev.headwater.idp.rank.EvidenceBook;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What shards said of the items of one answer. For one thread. */
final class GatheredEvidence implements Evidence {
  private final Numbers numbers;
  private final CountConfig config;
  private final Map<Integer, ItemCounts> counts = new HashMap<>();
  private final Map<Integer, Links> links = new HashMap<>();
  private final Map<Integer, NearTexts> texts = new HashMap<>();
  private final Map<Integer, Integer> revisions = new HashMap<>();
  private final BitSet existing = new BitSet();
  private long tick;

  GatheredEvidence(Numbers numbers, CountConfig config) {
    this.numbers = numbers;
    this.config = config;
  }

  /** A shard has counted so far. */
  void ticked(long told) {
    tick = Math.max(tick, told);
  }

  /**
   * The owner of an item has its row.
   *
   * @param revision of its text, {@link NearTexts#ANY} where it does not say
   */
  void found(int item, int revision) {
    existing.set(item);
    if (revision != NearTexts.ANY) {
      revisions.put(item, revision);
    }
  }

  /** Counts without companions yield to those with them, whichever come first. */
  void counts(int item, ItemCounts told) {
    ItemCounts known = counts.get(item);
    if (known == null || known.companions().size() == 0) {
      counts.put(item, told);
    }
  }

  /** Returns the links of an item's text, of all shards together. */
  Links links(int item) {
    return links.computeIfAbsent(item, each -> new Links(each, numbers, this::revision));
  }

  private int revision(int item) {
    return revisions.getOrDefault(item, NearTexts.ANY);
  }

  @Override
  public @Nullable ItemCounts counts(int item) {
    return counts.get(item);
  }

  @Override
  public NearTexts texts(int item) {
    Links known = links.get(item);
    return known == null
        ? NearTexts.NONE
        : texts.computeIfAbsent(item, each -> known.nearest(this::exists));
  }

  @Override
  public boolean exists(int item) {
    return existing.get(item);
  }

  @Override
  public long tick() {
    return tick;
  }

  @Override
  public CountConfig config() {
    return config;
  }

  /** Returns the most popular items of all windows among these, each once, by name. */
  int[] popular(Iterable<Integer> among) {
    TreeSet<Integer> popular =
        new TreeSet<>(Comparator.comparing(numbers::name).thenComparing(item -> item));
    for (int window = 0; window < CountConfig.WINDOWS; window++) {
      PopularItems highest =
          new PopularItems(EvidenceBook.POPULAR, config.popularityTicks()[window]);
      for (int item : among) {
        ItemCounts own = counts.get(item);
        if (own != null) {
          var unused =
              highest.taken(item, own.recent(window, own.lastTick(), config), own.lastTick());
        }
      }
      for (int item : highest.items()) {
        popular.add(item);
      }
    }
    return popular.stream().mapToInt(Integer::intValue).toArray();
  }
}
