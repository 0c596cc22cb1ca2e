package dev.headwater.jobs.finetune;

import com.google.protobuf.ByteString;
import dev.headwater.events.NearTextWire;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.ItemCountsCodec;
import dev.headwater.idp.expert.Links;
import dev.headwater.idp.expert.NearTexts;
import dev.headwater.idp.expert.NearTextsCodec;
import dev.headwater.idp.expert.NearTextsCodec.Named;
import dev.headwater.idp.rank.EvidenceBook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What clicks say of the domain's items beside their rows: those this shard owns count here, those
 * of other shards are as their rows say. Counts begin, end, are saved, published and rolled back
 * with their row. They mean the same under every bundle. For one thread.
 */
final class Counting {
  private static final Logger LOG = LoggerFactory.getLogger(Counting.class);
  private static final int FIRST_ROOM = 1_024;

  /** By then ColdStartJob has made the rows of a bundle. */
  private static final long AWAITED_MS = Duration.ofHours(1).toMillis();

  private final CountConfig config = CountConfig.defaults();
  private final ItemNumbers numbers = new ItemNumbers();
  private final EvidenceBook book = new EvidenceBook(config, numbers::name);
  private final BitSet ended = new BitSet();

  /** What was counted of items that no row of this bundle holds yet. */
  private final Map<String, ClicksRead> carried = new HashMap<>();

  private Row[] rows = new Row[FIRST_ROOM];
  private Lives lives = (item, incarnation) -> false;
  private EventClock clock = EventClock.unset();
  private final long startedMs;
  private long newestNumber = -1;
  private long loadedMs;

  /**
   * Knows of nothing yet.
   *
   * @param startedMs when the attempt began: of what was published before, rows from the topics
   *     know what they name
   */
  Counting(long startedMs) {
    this.startedMs = startedMs;
  }

  /** Knows which incarnations of items have ended. */
  @FunctionalInterface
  interface Lives {
    /**
     * Tells whether an incarnation is over.
     *
     * @param incarnation {@link ItemCountsCodec#UNKNOWN} for whichever was the last
     */
    boolean isOver(String item, long incarnation);
  }

  /** Sets who knows what has ended. */
  void ask(Lives who) {
    lives = who;
  }

  /** Returns what is known of all items. */
  EvidenceBook book() {
    return book;
  }

  /** Returns the row of an item's number, null where there is none. */
  @Nullable Row row(int number) {
    return number < rows.length ? rows[number] : null;
  }

  /** Returns one more than the highest number. */
  int highest() {
    return numbers.size();
  }

  /** Goes on by a clock, once rows are read: what they know is older than what it numbers. */
  void goOnBy(EventClock with) {
    clock = with;
    clock.beginBehind(book.tick(), newestNumber);
  }

  /** An event passes, before it waits for anything. */
  TrainingExample pass(TrainingExample example) {
    int target = numbers.find(example.target());
    return clock.pass(example, target >= 0 && row(target) != null);
  }

  /** A row began, or its cold row was made again. */
  void begin(Row row, EmbeddingRow cold) {
    if (row.number < 0) {
      row.number = numbers.begin(row.item, row.incarnation, ended::set);
      if (row.number >= rows.length) {
        rows = Arrays.copyOf(rows, Math.max(row.number + 1, rows.length * 2));
      }
      rows[row.number] = row;
    }
    book.begin(row.number, near(cold), NearTexts.revisionOf(cold.getRevision()));
  }

  private NearTexts near(EmbeddingRow cold) {
    List<Named> near = NearTextWire.read(cold, Named::new);
    try {
      return NearTextsCodec.decodeByIncarnation(near, numbers::of);
    } catch (IllegalArgumentException e) {
      LOG.warn("near texts of {} are left out: {}", cold.getItem(), e.getMessage());
      return NearTexts.NONE;
    }
  }

  /** The number of an item that a list names, below 0 for an incarnation that is over. */
  private int named(String item, long incarnation) {
    return lives.isOver(item, incarnation) ? -1 : numbers.of(item, incarnation);
  }

  /** A row ended: nothing of it is left here, and it leaves the lists of others with the next. */
  void end(Row row) {
    book.remove(row.number);
    numbers.end(row.number);
    rows[row.number] = null;
    ended.set(row.number);
  }

  /**
   * Takes items that ended out of the lists of others; and, once all rows must have been made, what
   * lists named when they were read and nobody has heard of since.
   *
   * @param nowMs the time
   * @param changed hears of rows whose list was shortened
   */
  void sweep(long nowMs, Consumer<Row> changed) {
    if (loadedMs > 0 && nowMs - loadedMs > AWAITED_MS) {
      loadedMs = 0;
      numbers.awaited().forEach(ended::set);
    }
    if (!ended.isEmpty()) {
      forget(ended, changed);
      ended.clear();
    }
  }

  /**
   * The same for whatever ended before the rows were read. An item without a row that did not end
   * may still get one: ColdStartJob makes those of another bundle for a while.
   */
  void sweepEnded(long nowMs, Consumer<Row> changed) {
    loadedMs = nowMs;
    markEnded(numbers.awaited());
    sweep(nowMs, changed);
  }

  /** An item that has no row ended: lists may name it, and are shortened with the next sweep. */
  void endNamed(String item) {
    markEnded(numbers.awaited(item));
  }

  private void markEnded(List<Integer> awaited) {
    for (int number : awaited) {
      if (lives.isOver(numbers.name(number), numbers.incarnation(number))) {
        ended.set(number);
      }
    }
  }

  private void forget(BitSet gone, Consumer<Row> changed) {
    for (Row row : rows) {
      ItemCounts counts = row == null || !row.owned ? null : row.counts;
      if (row != null && counts != null && forget(gone, counts)) {
        changed.accept(row);
      }
    }
  }

  private static boolean forget(BitSet gone, ItemCounts counts) {
    boolean any = false;
    for (int i = counts.companions().size() - 1; i >= 0; i--) {
      int other = counts.companions().item(i);
      if (gone.get(other)) {
        counts.forget(other); // the last takes its place, and was looked at
        any = true;
      }
    }
    return any;
  }

  /** A row of another shard is what readers see of it. */
  void shown(Row row, @Nullable EmbeddingRow winner) {
    row.counts = winner == null ? null : decode(row, winner.getCounts());
    if (winner != null && winner.hasCountedNewest()) {
      newestNumber = Math.max(newestNumber, winner.getCountedNewest());
    }
    book.counts(row.number, row.counts);
  }

  /**
   * An own row was taken from the topics, and its counts with it.
   *
   * @param keeps what it counted, where the row brings nothing
   */
  void adopt(Row row, EmbeddingRow from, boolean keeps) {
    if (from.getCounts().isEmpty() && keeps) {
      return;
    }
    row.counts = decode(row, from.getCounts());
    row.countedNewest = newest(from.hasCountedNewest() ? from.getCountedNewest() : -1, row.counts);
    row.countedUntil = row.countedNewest;
    newestNumber = Math.max(newestNumber, row.countedNewest);
    book.counts(row.number, row.counts);
  }

  /** An own row comes from a checkpoint. */
  void restore(Row row, RowCodec.Saved saved) {
    row.counts = decode(row, ByteString.copyFrom(saved.counts()));
    row.countedNewest = newest(saved.countedNewest(), row.counts);
    row.countedUntil = saved.countedUntil();
    book.counts(row.number, row.counts);
  }

  private @Nullable ItemCounts decode(Row row, ByteString bytes) {
    if (bytes.isEmpty()) {
      return null;
    }
    try {
      return ItemCountsCodec.decodeByIncarnation(bytes.toByteArray(), this::named);
    } catch (IllegalArgumentException e) {
      LOG.warn("counts of {} are left out: {}", row.item, e.getMessage());
      return null;
    }
  }

  /** The clock of a release that did not say showed an event's number. */
  private static long newest(long said, @Nullable ItemCounts counts) {
    return said < 0 ? newest(counts) : said;
  }

  private static long newest(@Nullable ItemCounts counts) {
    return counts == null ? -1 : Math.max(counts.lastTick(), counts.companions().tick());
  }

  /** Returns a row's counts as they are sent and saved, empty for none. */
  byte[] encode(Row row) {
    ItemCounts counts = row.counts;
    return counts == null
        ? new byte[0]
        : ItemCountsCodec.encode(counts, numbers::name, numbers::incarnation);
  }

  /**
   * Tells whether what stands in the topics of a row's counts is what it holds; a release before
   * did not say which incarnations it meant.
   */
  boolean isSent(Row row, EmbeddingRow topics) {
    byte[] there = topics.getCounts().toByteArray();
    ItemCounts counts = row.counts;
    return Arrays.equals(encode(row), there)
        || (counts != null && Arrays.equals(ItemCountsCodec.encode(counts, numbers::name), there));
  }

  /**
   * Counts an event, after it was ranked: links for whatever this shard owns, and the target as
   * taken where it owns that. What the bound on one user keeps from teaching is not linked either.
   * A dislike takes from links, and is no taking.
   *
   * @param changed hears of own rows whose counts changed
   */
  void count(TrainingExample example, Consumer<Row> changed, Row target) {
    long now = clock.shownTo(example);
    long number = example.number();
    boolean again = example.publishedMs() <= startedMs;
    List<Row> linked = new ArrayList<>();
    Links.of(
        history(example),
        target.number,
        example.weight(),
        config,
        (owner, other, weight) -> {
          Row row = owner < 0 || other < 0 ? null : row(owner);
          boolean nothing = row != null && row.counts == null && weight < 0;
          if (row != null && row.owned && !nothing && !(again && number <= row.countedUntil)) {
            of(row).link(other, weight, now, config);
            linked.add(row);
          }
        });
    boolean known = again && number <= target.countedUntil;
    if (example.isForTarget() && target.owned && !known && !example.isDislike()) {
      of(target).take(example.weight(), now, config);
      linked.add(target);
    }
    for (Row row : linked.stream().distinct().toList()) {
      row.countedNewest = Math.max(row.countedNewest, number);
      book.counts(row.number, row.counts);
      changed.accept(row);
    }
  }

  /**
   * Numbers of the history's last items in their order, as many as are linked, below 0 for what has
   * no row or does not teach.
   */
  private int[] history(TrainingExample example) {
    int length = example.history().length;
    int from = Math.max(0, length - config.gaps());
    int[] history = new int[length - from];
    for (int i = from; i < length; i++) {
      int number = example.teaches()[i] ? numbers.find(example.history()[i]) : -1;
      history[i - from] = number >= 0 && row(number) != null ? number : -1;
    }
    return history;
  }

  private static ItemCounts of(Row row) {
    ItemCounts counts = row.counts;
    if (counts == null) {
      counts = new ItemCounts();
      row.counts = counts;
    }
    return counts;
  }

  /** Takes over what was counted under another bundle, for rows that know less. */
  void carry(Map<String, ClicksRead> from, Consumer<Row> changed) {
    carried.putAll(from);
    for (String item : List.copyOf(carried.keySet())) {
      int number = numbers.find(item);
      Row row = number < 0 ? null : row(number);
      if (row != null) {
        carryTo(row, changed);
      }
    }
  }

  /** The same for a row that began later. */
  void carryTo(Row row, Consumer<Row> changed) {
    ClicksRead waiting = row.owned ? carried.remove(row.item) : null;
    if (waiting == null || waiting.incarnation() != row.incarnation) {
      return;
    }
    ItemCounts counts = decode(row, ByteString.copyFrom(waiting.counts()));
    if (counts != null && newest(counts) > newest(row.counts)) {
      row.counts = counts;
      row.countedNewest = Math.max(row.countedNewest, newest(waiting.countedNewest(), counts));
      book.counts(row.number, counts);
      changed.accept(row);
    }
  }

  /** An item ended before its row began. */
  void forgetCarried(String item) {
    carried.remove(item);
  }

  /** Returns what another bundle's rows are to take over. */
  Map<String, ClicksRead> carried() {
    Map<String, ClicksRead> all = new HashMap<>(carried);
    all.entrySet().removeIf(each -> lives.isOver(each.getKey(), each.getValue().incarnation()));
    for (Row row : rows) {
      if (row != null && row.owned && row.counts != null) {
        all.put(
            row.item,
            new ClicksRead(row.incarnation, row.beganMs, 0, row.countedNewest, encode(row)));
      }
    }
    return all;
  }
}
