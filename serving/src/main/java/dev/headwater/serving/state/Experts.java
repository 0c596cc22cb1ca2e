package dev.headwater.serving.state;

import dev.headwater.events.MergedRow;
import dev.headwater.events.NearTextWire;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.ItemCountsCodec;
import dev.headwater.idp.expert.NearTexts;
import dev.headwater.idp.expert.NearTextsCodec;
import dev.headwater.idp.expert.NearTextsCodec.Named;
import dev.headwater.idp.expert.TextLinks;
import dev.headwater.idp.rank.EvidenceBook;
import dev.headwater.idp.rank.RankConfig;
import dev.headwater.idp.rank.Ranker;
import dev.headwater.idp.rank.RankerCodec;
import dev.headwater.idp.rank.RankerPrior;
import dev.headwater.serving.items.ItemIds;
import dev.headwater.serving.items.PackedRecords;
import dev.headwater.serving.items.StateInput;
import dev.headwater.serving.items.StateOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the rows of a table say beside their vectors, and how it is weighed: counts, near texts, and
 * the ranker over all experts. It is the table's own, so that rows, lists and weights are of one
 * version and are switched as one. One writer; reading is safe for concurrent use.
 */
public final class Experts {
  private static final long SETTLE_MS = 1_000;

  private final ItemIds ids;
  private final PackedLists lists;
  private final EvidenceBook book;
  private final RankSpaces spaces;
  private volatile Weights weights = Weights.PRIOR;
  private long settledMs;

  /**
   * The weights that answers are ranked by.
   *
   * @param ranker over all experts
   * @param row that they came in, null for the prior
   */
  private record Weights(Ranker ranker, @Nullable EmbeddingRow row) {
    static final Weights PRIOR = new Weights(new Ranker(RankerPrior.weights()), null);

    boolean yieldTo(RowVersion other) {
      return row == null || MergedRow.VERSION_ORDER.compare(other, row.getVersion()) > 0;
    }
  }

  /** Creates what is known of a table without rows, and keeps it in memory. */
  public Experts(ItemIds ids) {
    this(ids, PackedRecords.inMemory());
  }

  /**
   * Creates what is known of a table without rows.
   *
   * @param ids of the items
   * @param records where lists are kept; empty, its own from now on
   */
  public Experts(ItemIds ids, PackedRecords records) {
    this.ids = ids;
    lists = new PackedLists(records);
    TextLinks texts = new TextLinks(lists.named(), lists.namers(), ids::id);
    book = new EvidenceBook(CountConfig.defaults(), ids::id, lists.counts(), texts);
    spaces = new RankSpaces(book, RankConfig.defaults());
  }

  /** Returns the name of an item. */
  String name(int code) {
    return ids.id(code);
  }

  /** Lets popular items take the places that became free, once a second at most (writer only). */
  void settle(long nowMs) {
    if (Math.abs(nowMs - settledMs) >= SETTLE_MS) {
      settledMs = nowMs;
      book.settle();
    }
  }

  /** Returns what is known of the items. */
  public EvidenceBook book() {
    return book;
  }

  /** Returns the room that answers are ranked in. */
  public RankSpaces spaces() {
    return spaces;
  }

  /** Returns the ranker that stands. */
  public Ranker ranker() {
    return weights.ranker();
  }

  /**
   * Reads what a row says of clicks (writer only).
   *
   * @return null where it says nothing
   * @throws IllegalArgumentException if that cannot be read
   */
  @Nullable ItemCounts read(EmbeddingRow row) {
    return row.getCounts().isEmpty()
        ? null
        : ItemCountsCodec.decode(row.getCounts().toByteArray(), ids::code);
  }

  /** The row that counts brought these (writer only). */
  void counts(int code, @Nullable ItemCounts brought) {
    book.counts(code, brought);
  }

  /**
   * A cold row stands (writer only).
   *
   * @throws IllegalArgumentException if its list cannot be read
   */
  void begin(int code, EmbeddingRow cold) {
    List<Named> near = NearTextWire.read(cold, Named::new);
    begin(code, NearTextsCodec.decode(near, ids::code), cold.getRevision());
  }

  /** The same with a list that was read before. */
  void begin(int code, NearTexts near, long revision) {
    book.begin(code, near, NearTexts.revisionOf(revision));
  }

  /** The item ended (writer only). */
  void remove(int code) {
    book.remove(code);
  }

  /**
   * A record of the ranker came (writer only). Weights that must not be served change nothing.
   *
   * @param row without weights: the prior stands again
   * @throws IllegalArgumentException if they are not fit to be served
   */
  void weights(EmbeddingRow row) {
    if (weights.yieldTo(row.getVersion())) {
      Ranker next =
          row.getRanker().isEmpty()
              ? Weights.PRIOR.ranker()
              : new Ranker(RankerCodec.decode(row.getRanker().toByteArray()).weights());
      weights = new Weights(next, row);
    }
  }

  /** Writes all that is known (writer only). */
  void save(Path records, StateOutput state) throws IOException {
    lists.save(records, state);
    EmbeddingRow row = weights.row();
    byte[] bytes = row == null ? new byte[0] : row.toByteArray();
    state.putBytes(bytes);
    state.putLong(book.tick());
    state.putInt(book.end());
    int items = ids.size();
    state.putInt(items);
    for (int item = 0; item < items; item++) {
      state.putInt(book.exists(item) ? 1 : 0);
      state.putInt(book.links().revision(item));
    }
  }

  /** Reads what was written, once the identifiers are known (writer only). */
  void load(Path records, StateInput state) throws IOException {
    lists.load(records, state);
    byte[] bytes = state.getBytes();
    if (bytes.length > 0) {
      weights(EmbeddingRow.parseFrom(bytes));
    }
    long tick = state.getLong();
    int end = state.getCount(Integer.MAX_VALUE);
    int items = state.getCount(ids.size());
    for (int item = 0; item < items; item++) {
      boolean exists = state.getInt() == 1;
      int revision = state.getInt();
      if (exists) {
        book.exists(item, revision);
      }
    }
    book.resume(tick, end);
  }

  /** Lets go of what is on disk. */
  void close() {
    lists.close();
  }
}
