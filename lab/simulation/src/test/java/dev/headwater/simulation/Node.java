package dev.headwater.simulation;

import dev.headwater.events.RowLog;
import dev.headwater.events.Topics;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.announce.AnnouncementReader;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.expert.Companions;
import dev.headwater.idp.expert.NearTexts;
import dev.headwater.idp.rank.RankerWeights;
import dev.headwater.serving.follow.CatalogHandler;
import dev.headwater.serving.follow.DeletionsHandler;
import dev.headwater.serving.follow.FollowMetrics;
import dev.headwater.serving.follow.HistoriesHandler;
import dev.headwater.serving.follow.ModelLoader;
import dev.headwater.serving.follow.Pins;
import dev.headwater.serving.follow.Reach;
import dev.headwater.serving.follow.RowsHandler;
import dev.headwater.serving.follow.SavedState;
import dev.headwater.serving.follow.SnapshotRows;
import dev.headwater.serving.follow.ViewSwitcher;
import dev.headwater.serving.intake.Receipts;
import dev.headwater.serving.intake.TopicWriter;
import dev.headwater.serving.items.ItemIds;
import dev.headwater.serving.items.RowGuard;
import dev.headwater.serving.items.ScanIndex;
import dev.headwater.serving.items.VectorTable;
import dev.headwater.serving.state.CatalogEntry;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.Experts;
import dev.headwater.serving.state.LiveRow;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.serving.state.PinnedTable;
import dev.headwater.serving.state.View;
import dev.headwater.serving.users.BatchingEncoder;
import dev.headwater.serving.users.HistoryEncoder;
import dev.headwater.serving.users.UserState;
import dev.headwater.serving.users.UserVectorCache;
import dev.headwater.simulation.log.Log;
import dev.headwater.simulation.log.LogProducer;
import dev.headwater.simulation.log.LogReader;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.tracing.Tracing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A serving node: its handlers over the log, its tables, its view; answers are its rows. */
final class Node implements AutoCloseable {
  private static final Topics TOPICS = Topics.DEFAULT;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final String name;
  private final Random random;
  private final Domains domains = new Domains(Set.of(World.DOMAIN), 1, 10, 10, List.of());
  private final LogReader announcements;
  private final LogReader rows;
  private final LogReader catalog;
  private final AnnouncementReader announced;
  private final RowsHandler rowsHandler;
  private final SavedState saved;
  private final CatalogHandler catalogHandler;
  private final LogReader histories;
  private final HistoriesHandler historiesHandler;
  private final LogReader receipts;
  private final LogProducer confirmations;
  private final DeletionsHandler deletionsHandler;
  private boolean receiptsRead;
  private final ViewSwitcher switcher;
  private final StepExecutor loading;
  private final StepExecutor reading;
  private final Map<String, Long> goal;
  private boolean caughtUp;

  /**
   * Starts with nothing, with what a snapshot of the store holds, or with what another node left.
   *
   * @param snapshot null: all rows come from the topics
   * @param kept where one leaves what it knows for the next
   */
  Node(
      String name,
      Log log,
      Clock clock,
      Pins.VersionRows store,
      @Nullable EmbeddingStore snapshot,
      Path kept,
      Random random)
      throws Exception {
    this.name = name;
    this.random = random;
    loading = new StepExecutor(clock::millis);
    reading = new StepExecutor(clock::millis);
    FollowMetrics metrics = new FollowMetrics(registry, clock);
    RowsHandler.TableMaker tables =
        (domain, model, dim) ->
            new ModelTable(
                model,
                dim,
                new Experts(domain.ids()),
                new RowGuard(1e-6f, 1e6f),
                clock,
                ModelTable.RowListener.NONE,
                ScanIndex::new);
    Pins pins = new Pins(store, tables, metrics, reading);
    switcher = new ViewSwitcher(Node::load, new Encoders(), metrics, pins, loading);
    announced = new AnnouncementReader("node", KafkaSettings.of("unused:1"), this::announced);
    rowsHandler =
        new RowsHandler(TOPICS, domains, tables, metrics, switcher, announced.book()::isRetired);
    catalogHandler = new CatalogHandler(domains, metrics);
    historiesHandler = new HistoriesHandler(domains, metrics, Tracing.OFF);
    histories = new LogReader(log, List.of(TOPICS.userHistories()), Map.of());
    announcements =
        new LogReader(
            log, List.of(TOPICS.presentAnnouncements(), TOPICS.announcements()), Map.of());
    if (snapshot != null) {
      var unused = new SnapshotRows(domains, tables, metrics).load(snapshot);
    }
    saved = new SavedState(kept, "the simulation", clock);
    SavedState.Resumed resumed = saved.load(domains, tables, metrics);
    rowsHandler.resume(resumed.early());
    Map<String, Long> from = snapshot == null ? resumed.offsets() : snapshot.offsets();
    rows = new LogReader(log, new RowLog(TOPICS).topics(), from);
    catalog = new LogReader(log, List.of(TOPICS.acceptedItems()), resumed.offsets());
    receipts = new LogReader(log, List.of(TOPICS.deletionReceipts()), Map.of());
    confirmations = new LogProducer(log, clock::millis, null, random);
    Receipts own = new Receipts(new TopicWriter(confirmations), TOPICS, name);
    deletionsHandler =
        new DeletionsHandler(domains, metrics, own, clock, reach(log)).telling(saved::forget);
    readAnnouncements();
    announced.onCaughtUp();
    LogReader end = new LogReader(log, new RowLog(TOPICS).topics(), Map.of());
    var unused = end.pollAll();
    goal = end.offsets();
  }

  private Reach reach(Log log) {
    List<TopicPartition> all =
        log.partitions(List.of(TOPICS.userHistories(), TOPICS.acceptedItems()));
    return new Reach() {
      @Override
      public Map<TopicPartition, Long> ends() {
        return all.stream().collect(Collectors.toMap(at -> at, log::end));
      }

      @Override
      public boolean hasRead(Map<TopicPartition, Long> ends) {
        return histories.hasRead(ends) && catalog.hasRead(ends);
      }
    };
  }

  /** Leaves what it knows for another one; before it is closed. */
  void leave() {
    Map<String, Long> offsets = new TreeMap<>(rows.offsets());
    offsets.putAll(catalog.offsets());
    saved.save(domains, rowsHandler.left(offsets));
  }

  /** Sets the probability that a receipt is not written. */
  void failing(double probability) {
    confirmations.failing(probability);
  }

  private static ModelLoader.LoadedModel load(String model) {
    return new ModelLoader.LoadedModel(new Mean(), "text");
  }

  /** As {@code NodeFollowing} has it. */
  private void announced(AnnouncedState state) {
    Domain domain = domain();
    domain.announced(state);
    switcher.announced(domain, state);
  }

  private Domain domain() {
    return Objects.requireNonNull(domains.find(World.DOMAIN));
  }

  void readAnnouncements() throws Exception {
    for (ConsumerRecord<byte[], byte[]> record : announcements.pollAll()) {
      announced.onRecord(record);
    }
  }

  boolean readRows(int max) {
    List<ConsumerRecord<byte[], byte[]>> read = rows.poll(max, random);
    read.forEach(rowsHandler::onRecord);
    if (!caughtUp && read.isEmpty()) {
      caughtUp = true;
      rowsHandler.onCaughtUp();
    } else if (!caughtUp) {
      Map<String, Long> now = rows.offsets();
      if (goal.entrySet().stream()
          .allMatch(g -> now.getOrDefault(g.getKey(), 0L) >= g.getValue())) {
        caughtUp = true;
        rowsHandler.onCaughtUp();
      }
    }
    return !read.isEmpty();
  }

  boolean readCatalog(int max) {
    List<ConsumerRecord<byte[], byte[]>> read = catalog.poll(max, random);
    read.forEach(catalogHandler::onRecord);
    return !read.isEmpty();
  }

  boolean readHistories(int max) {
    List<ConsumerRecord<byte[], byte[]>> read = histories.poll(max, random);
    read.forEach(historiesHandler::onRecord);
    return !read.isEmpty();
  }

  boolean readReceipts(int max) {
    List<ConsumerRecord<byte[], byte[]>> read = receipts.poll(max, random);
    read.forEach(deletionsHandler::onRecord);
    if (read.isEmpty() && !receiptsRead) {
      receiptsRead = true;
      deletionsHandler.onCaughtUp();
    }
    return !read.isEmpty();
  }

  /** Returns the history that it holds of a user, empty where it knows nobody of that name. */
  List<String> history(String user) {
    UserState state = domain().users().get(user);
    ItemIds ids = domain().ids();
    return state == null
        ? List.of()
        : Arrays.stream(state.codes()).mapToObj(ids::historyId).toList();
  }

  String name() {
    return name;
  }

  /** What its threads do beside reading. */
  void tick() {
    deletionsHandler.onTick();
    loading.step();
    reading.step();
    rowsHandler.onTick();
  }

  @Nullable AnnouncedState state() {
    return announced.book().state(World.DOMAIN);
  }

  /** Returns the model and version that answers name, or null while there are none. */
  @Nullable String answersFrom() {
    View view = domain().view();
    return view == null ? null : view.model() + "@" + view.table().version();
  }

  /** Returns the bundle that answers come from, or null while there are none. */
  @Nullable String model() {
    View view = domain().view();
    return view == null ? null : view.model();
  }

  /** Returns the rows that answers are made from, by item. */
  SortedMap<String, LiveRow> served() {
    SortedMap<String, LiveRow> served = new TreeMap<>();
    View view = domain().view();
    if (view != null) {
      for (String item : World.ITEMS) {
        int code = domain().ids().find(item);
        LiveRow live = code < 0 ? null : view.table().live(code);
        if (live != null && domain().mayShow(view.table(), code)) {
          served.put(item, live);
        }
      }
    }
    return served;
  }

  /** Returns the row of an item under a bundle that followers of the topics hold, or null. */
  @Nullable EmbeddingRow held(String model, String item) {
    ModelTable table = domain().model(model);
    int code = domain().ids().find(item);
    LiveRow live = table == null || code < 0 ? null : table.live(code);
    return live == null ? null : live.row();
  }

  /** Returns what tables of pinned versions hold of an item, whether they show it or not. */
  List<EmbeddingRow> pinned(String item) {
    int code = domain().ids().find(item);
    List<EmbeddingRow> found = new ArrayList<>();
    if (code >= 0) {
      for (PinnedTable pinned : domain().held()) {
        EmbeddingRow cold = pinned.table().row(code).merged().cold();
        LiveRow live = pinned.table().live(code);
        if (cold != null) {
          found.add(cold);
        }
        if (live != null) {
          found.add(live.row());
        }
      }
    }
    return found;
  }

  /** Returns how much each companion of an item weighs in the table of a bundle. */
  Map<String, Float> companions(String model, String item) {
    ModelTable table = Objects.requireNonNull(domain().model(model));
    ItemIds ids = domain().ids();
    Map<String, Float> list = new TreeMap<>();
    Companions companions = experts(table).book().companions(ids.find(item));
    for (int i = 0; i < companions.size(); i++) {
      list.put(ids.id(companions.item(i)), companions.weight(i));
    }
    return list;
  }

  /** Returns how near each text is to that of an item in the table of a bundle. */
  Map<String, Float> texts(String model, String item) {
    ModelTable table = Objects.requireNonNull(domain().model(model));
    ItemIds ids = domain().ids();
    Map<String, Float> texts = new TreeMap<>();
    NearTexts near = experts(table).book().texts(ids.find(item));
    for (int i = 0; i < near.size(); i++) {
      texts.put(ids.id(near.items()[i]), near.cosines()[i]);
    }
    return texts;
  }

  /** Returns the items that it offers for being new, newest first. */
  List<String> newest(String model) {
    ModelTable table = Objects.requireNonNull(domain().model(model));
    return Arrays.stream(table.newest(Integer.MAX_VALUE)).mapToObj(domain().ids()::id).toList();
  }

  /** Returns the items that it offers for being popular, by name. */
  List<String> popular(String model) {
    ModelTable table = Objects.requireNonNull(domain().model(model));
    table.tick();
    return Arrays.stream(experts(table).book().popular()).mapToObj(domain().ids()::id).toList();
  }

  private static Experts experts(ModelTable table) {
    return Objects.requireNonNull(table.experts());
  }

  /** Returns the weights that answers from the table of a bundle are ranked by. */
  RankerWeights weights(String model) {
    return experts(Objects.requireNonNull(domain().model(model))).ranker().weights();
  }

  /** Returns those of the pinned version, null where there is none. */
  @Nullable RankerWeights pinnedWeights() {
    PinnedTable pinned = domain().pinned();
    return pinned == null ? null : experts(pinned.table()).ranker().weights();
  }

  /** Tells whether it holds a table of a bundle. */
  boolean hasTable(String model) {
    return domain().model(model) != null;
  }

  /** Tells whether answers come from a pinned version's rows. */
  boolean isPinned() {
    View view = domain().view();
    var pinned = domain().pinned();
    return view != null && pinned != null && view.table() == pinned.table();
  }

  /** Tells whether answers come from the version that is pinned, and name it. */
  boolean isPinnedAt(AnnouncedState state) {
    return state.pinned()
        && (state.modelVersion() + "@" + state.announcedVersion()).equals(answersFrom())
        && isPinned();
  }

  /**
   * Returns the incarnations that the catalog says are present; of an item that ended, the last.
   */
  Map<String, Long> incarnations() {
    Map<String, Long> present = new TreeMap<>();
    for (String item : World.ITEMS) {
      int code = domain().ids().find(item);
      CatalogEntry entry = code < 0 ? null : domain().catalog(code);
      if (entry != null) {
        present.put(item, entry.available() ? entry.incarnation() : Long.MAX_VALUE);
      }
    }
    return present;
  }

  /** Tells what it knows of an item, for whoever reads a failure. */
  String known(String item) {
    View view = domain().view();
    ModelTable live = view == null ? null : domain().model(view.model());
    return "answers from %s, %s; %s%n    it holds %s"
        .formatted(
            answersFrom(),
            isPinned() ? "pinned" : "live",
            rows.offsets(),
            live == null
                ? "nothing"
                : live.row(domain().ids().find(item)).merged().toString().replace('\n', ' '));
  }

  /** The mean of the rows. */
  private static final class Mean implements HistoryEncoder {
    @Override
    public int dim() {
      return World.DIM;
    }

    @Override
    public int maxLength() {
      return 10;
    }

    @Override
    public float[][] encode(List<float[][]> histories) {
      return histories.stream().map(rows -> rows[0]).toArray(float[][]::new);
    }

    @Override
    public void close() {}
  }

  private final class Encoders implements ViewSwitcher.Starter {
    @Override
    public BatchingEncoder start(ModelLoader.LoadedModel loaded) {
      return new BatchingEncoder(loaded.encoder(), new BatchingEncoder.Bounds(4, 4, 4, 1_000));
    }

    @Override
    public UserVectorCache encoding(
        Domain domain, long viewId, VectorTable vectors, BatchingEncoder users) {
      return new UserVectorCache(viewId, domain.ids(), vectors, users, null, registry);
    }
  }

  @Override
  public void close() {
    switcher.close();
    domain().views().forEach(view -> view.users().encoder().close());
  }
}
