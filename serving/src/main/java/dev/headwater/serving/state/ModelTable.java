package dev.headwater.serving.state;

import dev.headwater.events.ColdEnd;
import dev.headwater.events.DeletionTime;
import dev.headwater.events.MergedRow;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.NearTexts;
import dev.headwater.serving.items.ItemIndex;
import dev.headwater.serving.items.PackedRecords;
import dev.headwater.serving.items.RowGuard;
import dev.headwater.serving.items.StateInput;
import dev.headwater.serving.items.StateOutput;
import dev.headwater.serving.items.VectorTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of one model in one domain: what the topics say ({@link MergedRow} decides) and what is
 * served of it (guards decide). One writer thread; reading is safe for concurrent use.
 */
public final class ModelTable {
  private static final Logger LOG = LoggerFactory.getLogger(ModelTable.class);
  private static final int MATCHES_KEPT = 10;

  private final String model;
  private final RowGuard guard;
  private final Clock clock;
  private final RowListener listener;
  private final @Nullable Experts experts;
  private final VectorTable vectors;
  private final ItemIndex index;
  private final RowStates rows;
  private final NewestItems newest;
  private volatile long version;

  /** Is told what happened to rows, for metrics. */
  public interface RowListener {
    /** Hears of nothing: for tables whose rows were made known before. */
    RowListener NONE =
        new RowListener() {
          @Override
          public void onVisible(LiveRow row) {}

          @Override
          public void onRefused(EmbeddingRow row, String why) {}
        };

    /** The row is part of the answers from now on. */
    void onVisible(LiveRow row);

    /** The row failed a guard; what was served before stays. */
    void onRefused(EmbeddingRow row, String why);
  }

  /** Creates an empty table of which nothing but the vectors is kept. */
  public ModelTable(
      String model,
      int dim,
      RowGuard guard,
      Clock clock,
      RowListener listener,
      Function<VectorTable, ItemIndex> indexes) {
    this(model, dim, null, guard, clock, listener, indexes);
  }

  /** Creates an empty table of vectors of length {@code dim} that are kept exactly. */
  public ModelTable(
      String model,
      int dim,
      @Nullable Experts experts,
      RowGuard guard,
      Clock clock,
      RowListener listener,
      Function<VectorTable, ItemIndex> indexes) {
    this(model, inMemory(dim), experts, guard, clock, listener, indexes);
  }

  /**
   * Creates an empty table.
   *
   * @param model its name
   * @param rows empty; its own from now on
   * @param experts keeps what rows say beside their vectors; null: nothing does
   * @param guard what a row must fulfil
   * @param clock tells when rows become visible
   * @param listener is told of rows
   * @param indexes makes the index over the vectors
   */
  public ModelTable(
      String model,
      RowStates rows,
      @Nullable Experts experts,
      RowGuard guard,
      Clock clock,
      RowListener listener,
      Function<VectorTable, ItemIndex> indexes) {
    this.experts = experts;
    this.newest = new NewestItems(experts == null ? Integer::toString : experts::name);
    this.model = model;
    this.guard = guard;
    this.clock = clock;
    this.listener = listener;
    this.rows = rows;
    this.vectors = rows.vectors();
    this.index = indexes.apply(vectors);
  }

  private static RowStates inMemory(int dim) {
    return new RowStates(new VectorTable(dim), PackedRecords.inMemory());
  }

  /** Returns the model's name. */
  public String model() {
    return model;
  }

  /** Returns the table version that answers made from this table name, 0 while none is known. */
  public long version() {
    return version;
  }

  /** Sets the table version that answers name from now on. */
  public void version(long announced) {
    version = announced;
  }

  /** Returns the vectors that are served. */
  public VectorTable vectors() {
    return vectors;
  }

  /** Returns what rows say beside their vectors, null where it is not kept. */
  public @Nullable Experts experts() {
    return experts;
  }

  /** Returns the index over them. */
  public ItemIndex index() {
    return index;
  }

  /** Returns all that is known of an item's row; it is made anew for each who asks. */
  public RowState row(int code) {
    return rows.get(code);
  }

  /** Tells whether answers are made from a row of an item. */
  public boolean isLive(int code) {
    return rows.isLive(code);
  }

  /** Tells whether answers are made from a row of an item of which nothing was learned yet. */
  public boolean isNew(int code) {
    return rows.isNew(code);
  }

  /** Returns where the row of an item comes from that answers are made from, or null. */
  public EmbeddingRow.@Nullable Origin origin(int code) {
    return rows.origin(code);
  }

  /** Tells whether answers are made from a row of this incarnation of an item, or a later one. */
  public boolean isLiveSince(int code, long incarnation) {
    return rows.isLiveSince(code, incarnation);
  }

  /** Returns the row of an item that answers are made from, or null. */
  public @Nullable LiveRow live(int code) {
    return row(code).live();
  }

  /** Returns the codes of the items that are served and began last, newest first. */
  public int[] newest(int most) {
    return newest.codes(most);
  }

  /** Takes in a record of an embedding topic (writer only). */
  public void onRow(int code, RowRecord record) {
    EmbeddingRow row = record.row();
    merge(code, row == null ? record : record.withRow(trimmed(row)));
  }

  /** Begins with what was known of an item, without a vector, before the table (writer only). */
  public void begin(int code, MergedRow known) {
    rows.set(code, new RowState(known, null, null));
  }

  /** Takes in the weights of the domain's ranker; refused ones change nothing (writer only). */
  public void onWeights(EmbeddingRow row) {
    if (experts == null) {
      return;
    }
    try {
      experts.weights(row);
    } catch (IllegalArgumentException e) {
      LOG.warn("weights {} of model {} are refused: {}", row.getVersion(), model, e.getMessage());
      listener.onRefused(row, RowGuard.WEIGHTS);
    }
  }

  /** Lets the index do what it does in the background (writer only). */
  public void tick() {
    index.tick();
    if (experts != null) {
      experts.settle(clock.millis());
    }
  }

  /** Sets a row as it once counted, whatever it won against (writer only). */
  void put(int code, EmbeddingRow row) {
    MergedRow merged = new MergedRow(-1, trimmed(row), ColdEnd.NONE, -1, null, null);
    var unused = begun(code, merged); // its lists stay with it: it may be set again
    apply(code, new RowState(merged, null, null), UnaryOperator.identity());
  }

  /** Sets the cold row of another table's item, with its near texts (writer only). */
  void putCold(int code, EmbeddingRow cold, ModelTable of) {
    put(code, cold);
    if (experts != null && of.experts != null && isLive(code)) {
      experts.begin(code, of.experts.book().links().named(code), cold.getRevision());
    }
  }

  /** Returns how many of the rows may be shown in answers of a domain (writer only). */
  public int mayShow(Domain domain) {
    AtomicInteger count = new AtomicInteger();
    eachCode(code -> count.addAndGet(domain.mayShow(this, code) ? 1 : 0));
    return count.get();
  }

  /** Shows the codes of all items that have a row here (writer only). */
  void eachCode(IntConsumer visitor) {
    for (int code = 0; code < rows.end(); code++) {
      if (rows.contains(code)) {
        visitor.accept(code);
      }
    }
  }

  /** Takes a row out (writer only). */
  void drop(int code) {
    remove(code, MergedRow.EMPTY);
  }

  /**
   * Writes all of it (writer only).
   *
   * @param folder where its records go
   * @param name of their files, as far as they are this table's
   */
  void save(Path folder, String name, StateOutput state) throws IOException {
    state.putLong(version);
    rows.save(folder.resolve(name + ".rows"), state);
    newest.save(state);
    state.putInt(experts == null ? 0 : 1);
    if (experts != null) {
      experts.save(folder.resolve(name + ".lists"), state);
    }
    index.save(state);
  }

  /** Reads what was written; for an empty table made alike (writer only). */
  void load(Path folder, String name, StateInput state) throws IOException {
    version = state.getLong();
    rows.load(folder.resolve(name + ".rows"), state);
    newest.load(state);
    if ((state.getInt() == 1) != (experts != null)) {
      throw new StateInput.DamagedException("of a table that was made otherwise");
    }
    if (experts != null) {
      experts.load(folder.resolve(name + ".lists"), state);
    }
    index.load(state);
  }

  /** Lets go of what is not Java's memory; nothing reads it any more. */
  public void close() {
    index.close();
    rows.close();
    if (experts != null) {
      experts.close();
    }
  }

  @SuppressWarnings("ReferenceEquality") // the same object says that nothing changed
  private void merge(int code, RowRecord record) {
    RowState before = row(code);
    MergedRow merged = before.merged().with(record);
    if (merged == before.merged()) {
      return;
    }
    if (merged.cold() != before.merged().cold()) {
      merged = begun(code, merged);
    }
    RowState after = new RowState(merged, before.live(), before.refused());
    apply(code, after, row -> row.toBuilder().clearCounts().build());
  }

  /**
   * The list of a cold row goes over to the experts; a list that cannot be read counts for none.
   */
  private MergedRow begun(int code, MergedRow merged) {
    EmbeddingRow cold = merged.cold();
    if (experts == null || cold == null) {
      return merged;
    }
    try {
      experts.begin(code, cold);
    } catch (IllegalArgumentException e) {
      listener.onRefused(cold, RowGuard.LISTS);
      experts.begin(code, NearTexts.NONE, cold.getRevision());
    }
    return merged.mapCold(row -> row.toBuilder().clearNearTexts().build());
  }

  @SuppressWarnings("ReferenceEquality") // a row is applied once; equal content would cost more
  private void apply(int code, RowState state, UnaryOperator<EmbeddingRow> kept) {
    EmbeddingRow winner = state.merged().winner();
    if (winner == null) {
      remove(code, state.merged());
      return;
    }
    LiveRow live = state.live();
    if (live != null && live.row() == winner) {
      rows.set(code, state);
      return;
    }
    float[] vector = unpack(winner);
    String refused = vector == null ? "unreadable" : guard.refuse(vector, vectors.dim());
    ItemCounts counts = null;
    try {
      counts = experts == null ? null : experts.read(winner);
    } catch (IllegalArgumentException e) {
      refused = RowGuard.LISTS;
    }
    if (vector == null || refused != null) {
      listener.onRefused(winner, String.valueOf(refused));
      refuse(code, state, winner, String.valueOf(refused));
      return;
    }
    long now = clock.millis();
    if (live != null && isOtherIncarnation(live, winner)) {
      newest.remove(code);
    }
    if (live == null || isOtherIncarnation(live, winner)) {
      newest.add(code, DeletionTime.beganMs(winner));
    }
    MergedRow merged = state.merged();
    if (experts != null) {
      experts.counts(code, counts);
      merged = mapped(merged, winner, kept);
    }
    LiveRow visible =
        new LiveRow(
            Objects.requireNonNull(merged.winner()), now, firstVisibleMs(live, winner, now));
    rows.set(code, new RowState(merged, visible, null));
    index.changed(vectors.put(code, vector));
    listener.onVisible(visible);
  }

  /** Counts that stand are the experts' from now on; those of rows that wait are kept. */
  @SuppressWarnings("ReferenceEquality") // the winner is one of the rows
  private static MergedRow mapped(
      MergedRow merged, EmbeddingRow winner, UnaryOperator<EmbeddingRow> kept) {
    UnaryOperator<EmbeddingRow> ofWinner = row -> row == winner ? kept.apply(row) : row;
    return winner.getCounts().isEmpty() ? merged : merged.mapCold(ofWinner).mapTuned(ofWinner);
  }

  private static long firstVisibleMs(@Nullable LiveRow before, EmbeddingRow winner, long now) {
    return before != null && !isOtherIncarnation(before, winner) ? before.firstVisibleMs() : now;
  }

  private static boolean isOtherIncarnation(LiveRow before, EmbeddingRow winner) {
    return before.row().getIncarnation() != winner.getIncarnation();
  }

  /** Keeps what was served before, unless it belongs to an earlier incarnation of the item. */
  private void refuse(int code, RowState state, EmbeddingRow winner, String why) {
    LiveRow live = state.live();
    if (live != null && isOtherIncarnation(live, winner)) {
      remove(code, state.merged());
      live = null;
    }
    rows.set(code, new RowState(state.merged(), live, why));
  }

  private void remove(int code, MergedRow merged) {
    rows.set(code, new RowState(merged, null, null));
    newest.remove(code);
    int row = vectors.remove(code);
    if (experts != null) {
      experts.remove(code);
    }
    if (row >= 0) {
      index.removed(row);
    }
  }

  private static float @Nullable [] unpack(EmbeddingRow row) {
    try {
      return Vectors.unpack(row.getVector());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /**
   * Leaves out what only the jobs need, what the key says, and all but the nearest matches: most of
   * a row's bytes. Matches come heaviest first.
   */
  private EmbeddingRow trimmed(EmbeddingRow row) {
    EmbeddingRow.Builder trimmed = row.toBuilder();
    if (experts == null) {
      trimmed.clearCounts().clearNearTexts();
    }
    if (row.getMatchesCount() > 0) {
      trimmed.clearMatches();
      row.getMatchesList().stream()
          .limit(MATCHES_KEPT)
          .map(match -> match.toBuilder().setDomain(match.getDomain().intern()).build())
          .forEach(trimmed::addMatches);
    }
    return trimmed
        .clearDomain()
        .clearModel()
        .clearItem()
        .clearEncoderId()
        .clearBundleId()
        .clearTextVector()
        .clearSourceVector()
        .clearOptimizerFirstMoment()
        .clearOptimizerSecondMoment()
        .build();
  }
}
