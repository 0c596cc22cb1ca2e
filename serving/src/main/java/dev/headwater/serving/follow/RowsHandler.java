package dev.headwater.serving.follow;

import dev.headwater.events.Keys;
import dev.headwater.events.MergedRow;
import dev.headwater.events.RowLog;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Topics;
import dev.headwater.events.Vectors;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.serving.items.Slice;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.serving.state.PinnedTable;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Takes in the three embedding topics: the one writer of all model tables. */
public final class RowsHandler implements TopicFollower.Handler {
  private static final int EARLY_MAX = 200_000;

  private final RowLog rows;
  private final int earlyMax;
  private final Slice slice;
  private final BiPredicate<String, String> gone;
  private final Domains domains;
  private final TableMaker tables;
  private final FollowMetrics metrics;
  private final ViewSwitcher switcher;

  /**
   * What has no vector and came before the first vector of its model: ends, and ways back. Of
   * bundles that were retired no vector comes any more, so the oldest make room.
   */
  private final Map<Keys.RowKey, MergedRow> early = new LinkedHashMap<>();

  /** Tables of bundles that were retired: forgotten once no answer is made from them. */
  private final Set<ModelTable> retired = new HashSet<>();

  /**
   * What is taken in, and how much is remembered.
   *
   * @param earlyMax keys before the first vector of their model
   * @param slice what is held here
   */
  record Bounds(int earlyMax, Slice slice) {}

  /** Makes the table of a model whose first row came in. */
  @FunctionalInterface
  public interface TableMaker {
    /** Makes an empty table of a model in a domain. */
    ModelTable make(Domain domain, String model, int dim);
  }

  /**
   * Creates one; {@code switcher} is asked on every tick whether a view is due.
   *
   * @param gone tells of a domain and a bundle whether it was retired
   */
  public RowsHandler(
      Topics topics,
      Domains domains,
      TableMaker tables,
      FollowMetrics metrics,
      ViewSwitcher switcher,
      BiPredicate<String, String> gone) {
    this(topics, domains, tables, metrics, switcher, gone, new Bounds(EARLY_MAX, Slice.WHOLE));
  }

  /** The same that takes in what a shard holds. */
  public RowsHandler(
      Topics topics,
      Domains domains,
      TableMaker tables,
      FollowMetrics metrics,
      ViewSwitcher switcher,
      BiPredicate<String, String> gone,
      Slice slice) {
    this(topics, domains, tables, metrics, switcher, gone, new Bounds(EARLY_MAX, slice));
  }

  /** The same with other bounds. */
  RowsHandler(
      Topics topics,
      Domains domains,
      TableMaker tables,
      FollowMetrics metrics,
      ViewSwitcher switcher,
      BiPredicate<String, String> gone,
      Bounds bounds) {
    this.gone = gone;
    slice = bounds.slice();
    earlyMax = bounds.earlyMax();
    rows = new RowLog(topics);
    this.domains = domains;
    this.tables = tables;
    this.metrics = metrics;
    this.switcher = switcher;
  }

  @Override
  public void onRecord(ConsumerRecord<byte[], byte[]> record) {
    try {
      RowRecord row = rows.read(record, this::isWanted);
      if (row != null && row.isRanker()) {
        weigh(row);
      } else if (row != null) {
        apply(row);
      }
    } catch (RejectedRecordException e) {
      metrics.onUndecodable(record.topic());
    }
  }

  /** The weights of a ranker are every shard's. */
  private boolean isWanted(Keys.RowKey key) {
    boolean held =
        slice.holds(key.domain(), key.item()) || key.item().equals(Identifiers.RANKER_ITEM);
    Domain domain = held || !slice.isWhole() ? domains.follow(key.domain()) : null;
    return domain != null && (held || domain.model(key.model()) == null);
  }

  private void weigh(RowRecord record) {
    Domain domain = domains.follow(record.key().domain());
    if (domain != null && !isLate(domain, record)) {
      String model = record.key().model();
      domain.onWeights(model, gone.test(domain.name(), model) ? null : record.row());
    }
  }

  private void apply(RowRecord record) {
    Domain domain = domains.follow(record.key().domain());
    if (domain == null || isLate(domain, record)) {
      return;
    }
    String model = record.key().model();
    if (domain.model(model) == null && gone.test(domain.name(), model)) {
      return; // one that has not heard of it wrote on: the store ends that
    }
    ModelTable table = table(domain, model, record.row());
    if (!slice.holds(domain.name(), record.item())) {
      return; // of a small domain a shard may hold nothing: its table is there all the same
    }
    if (table == null) {
      remember(record);
      return;
    }
    if (record.retired()) { // the table goes as a whole: until then answers may be made from it
      retired.add(table);
      return;
    }
    int code = domain.ids().code(record.item());
    table.onRow(code, record);
    endWhatIsOver(domain, table, code, record.key());
    for (PinnedTable pinned : domain.held()) {
      if (pinned.table().model().equals(table.model())) {
        pinned.follow(code, table);
      }
    }
  }

  /**
   * A row of an incarnation that the catalog says is over comes too late: its tombstone under this
   * bundle may be far behind it, and a deletion of the item be confirmed. Looked at after the row
   * is there: whoever confirms looks the other way round.
   */
  private static void endWhatIsOver(Domain domain, ModelTable table, int code, Keys.RowKey key) {
    long over = domain.lastOver(code);
    if (table.isLiveSince(code, over + 1)) {
      return; // of most items that much is known without the row
    }
    EmbeddingRow cold = table.row(code).merged().cold();
    if (cold != null && cold.getIncarnation() <= over) {
      table.onRow(code, RowRecord.ended(key, -1, over));
    }
  }

  private void remember(RowRecord record) {
    MergedRow known = early.remove(record.key());
    early.put(record.key(), (known == null ? MergedRow.EMPTY : known).with(record));
    if (early.size() > earlyMax) {
      early.remove(early.keySet().iterator().next());
    }
  }

  /** Goes on with what was remembered; before anything is read. */
  public void resume(Map<Keys.RowKey, MergedRow> remembered) {
    early.putAll(remembered);
  }

  /** Returns what another handler goes on with from some offsets, once nothing is read any more. */
  public SavedState.Left left(Map<String, Long> offsets) {
    return new SavedState.Left(new SavedState.Resumed(offsets, early), Set.copyOf(retired));
  }

  /** Returns how many keys are remembered before the first vector of their model. */
  int remembered() {
    return early.size();
  }

  /** A trainer that has not heard of a rollback goes on for a moment: its rows are left out. */
  private boolean isLate(Domain domain, RowRecord record) {
    EmbeddingRow row = record.row();
    AnnouncedState announced = domain.announced();
    if (row == null
        || announced == null
        || record.kind() != RowRecord.Kind.TUNED
        || !announced.modelVersion().equals(record.key().model())) {
      return false;
    }
    long generation = row.getVersion().getGeneration();
    boolean late = announced.fences().isLate(generation, record.partition(), record.offset());
    if (late) {
      metrics.onRefused(row, "late_generation");
    }
    return late;
  }

  private @Nullable ModelTable table(Domain domain, String model, @Nullable EmbeddingRow row) {
    ModelTable known = domain.model(model);
    if (known != null || row == null || !row.hasVector()) {
      return known;
    }
    int dim = Vectors.dim(row.getVector());
    ModelTable made = domain.model(model, name -> tables.make(domain, name, dim));
    early.entrySet().removeIf(each -> isBegun(domain, made, each));
    return made;
  }

  private static boolean isBegun(
      Domain domain, ModelTable table, Map.Entry<Keys.RowKey, MergedRow> early) {
    Keys.RowKey key = early.getKey();
    boolean ofTable = key.domain().equals(domain.name()) && key.model().equals(table.model());
    if (ofTable) {
      table.begin(domain.ids().code(key.item()), early.getValue());
    }
    return ofTable;
  }

  @Override
  public void onCaughtUp() {
    domains.rowsLoaded();
    domains.all().forEach(switcher::encodeBehind);
  }

  @Override
  public void onTick() {
    for (Domain domain : domains.all()) {
      domain.models().forEach(table -> tick(domain, table));
      domain.held().forEach(pinned -> pinned.table().tick());
    }
    switcher.tick(domains.areRowsLoaded());
  }

  /**
   * A retired bundle's table goes as soon as nothing is answered from it, arms let go of it first.
   * That of any other bundle stays however empty it is: it knows what ended, and tuned rows that
   * wait for a cold one.
   */
  private void tick(Domain domain, ModelTable table) {
    boolean over = retired.contains(table) || gone.test(domain.name(), table.model());
    if (over && domains.areRowsLoaded()) {
      switcher.retired(domain, table);
      if (!domain.isWanted(table.model())) {
        retired.remove(table);
        switcher.drop(domain, table);
        return;
      }
    }
    table.tick();
  }
}
