package dev.headwater.jobs.finetune;

import dev.headwater.events.RowRecord;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.online.EncodedStep;
import dev.headwater.idp.online.Example;
import dev.headwater.idp.online.JointStep;
import dev.headwater.idp.online.StepGradients;
import dev.headwater.idp.online.Steps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The heart of the job: takes rows and examples in, ranks each example before it is learned, learns
 * in mini-batches of like length, and hands changed rows to the publisher. It knows neither Flink
 * nor Kafka, and takes the time as a parameter. For one thread.
 */
final class Learner implements RowTable.Changes {
  private static final Logger LOG = LoggerFactory.getLogger(Learner.class);
  private static final long SWEEP_MS = 10_000;

  private final FineTuneConfig.Settings config;
  private final Tables tables;
  private final FineTuneStats stats;
  private final Counting counting;
  private final RowTable rows;
  private final DomainRanker ranker;
  private final RankerRow rankerRow;
  private final QualityMeter meter;
  private final EventWindow window;
  private final RowLearner owner;
  private final List<Row> touched = new ArrayList<>();
  private final Set<String> ended = new HashSet<>();
  private final List<String> begun = new ArrayList<>();
  private final Map<String, Long> deleted = new LinkedHashMap<>();
  private @Nullable Publisher publisher;
  private RowTracing tracing = RowTracing.OFF;
  private long sweptMs;
  private long nowMs;
  private long freezesSeen;
  private RankBudget rankBudget;
  private boolean sharing;

  Learner(
      FineTuneConfig config,
      Tables tables,
      FineTuneStats stats,
      Predicate<String> owns,
      long nowMs) {
    this.config = config.settings();
    this.tables = tables;
    this.stats = stats;
    this.nowMs = nowMs;
    this.counting = new Counting(nowMs);
    this.rows = new RowTable(tables, owns, counting, this);
    this.owner = new RowLearner(rows, tables, stats, this::touch, this::remember);
    this.ranker = new DomainRanker(rows, tables.logitScale());
    this.rankerRow = new RankerRow(ranker, owns.test(Identifiers.RANKER_ITEM), stats);
    this.meter = new QualityMeter(tables, this.config.scoring().popularityEvents(), nowMs);
    this.window = new EventWindow(this.config, rows, stats, this::remember, nowMs);
    this.freezesSeen = stats.freezes();
    this.rankBudget = new RankBudget(this.config.scoring().perSecond());
  }

  RowTable rows() {
    return rows;
  }

  QualityMeter meter() {
    return meter;
  }

  /** Examples that this shard learned since the attempt's start, each at its target's owner. */
  long learned() {
    return owner.learned();
  }

  /** Examples that this shard gave up since the attempt's start. */
  long dropped() {
    return window.dropped();
  }

  ParkedExamples parked() {
    return window.parked();
  }

  /** Since when the oldest example waits in the window, {@link Long#MAX_VALUE} for none. */
  long oldestExampleMs() {
    return window.oldestMs();
  }

  /** Sets where rows go; before loading ends. */
  void publishTo(Publisher where) {
    publisher = where;
    rows.writtenUnder(where.epoch());
  }

  /** From now on it learns in turns with other domains, and ranks on a budget of all of them. */
  void shareTurns(RankBudget budget) {
    sharing = true;
    rankBudget = budget;
  }

  /** Returns the tables that it learns in. */
  Tables tables() {
    return tables;
  }

  /** Returns how many examples wait to be learned. */
  int waiting() {
    return window.size();
  }

  /** Tells whether what waits has company enough, or has waited for it long enough. */
  boolean isDue(long atMs) {
    return window.isDue(atMs);
  }

  /** Sets what makes spans of what is learned. */
  void traceWith(RowTracing with) {
    tracing = with;
  }

  private Publisher publisher() {
    Publisher here = publisher;
    if (here == null) {
      throw new IllegalStateException("no publisher yet");
    }
    return here;
  }

  /** Makes the rows from what the feed gave so far; then a checkpoint's rows can be restored. */
  void build() {
    rows.build();
  }

  /** Ends loading: restored rows go out in their turn with what they learned and did not send. */
  void endLoading(Iterable<String> restored, long atMs) {
    nowMs = atMs;
    rows.endLoading();
    rankerRow.endLoading();
    counting.sweepEnded(atMs, this::touch);
    for (String item : restored) {
      Row row = rows.get(item);
      if (row != null && !Arrays.equals(row.published, tables.working(row.slot))) {
        publisher().changed(row, atMs);
      }
    }
  }

  /** Returns what clicks say of the items. */
  Counting counting() {
    return counting;
  }

  /** Returns the row of the domain's weights. */
  RankerRow rankerRow() {
    return rankerRow;
  }

  /** Returns what the late events add to the simple contender; nothing, where none is ranked. */
  DomainRanker.Late late(boolean ranks) {
    int events = config.scoring().popularityEvents();
    return ranker.late(ranks ? meter.recent() : List.of(), events);
  }

  /** Returns what ranks before learning. */
  DomainRanker ranker() {
    return ranker;
  }

  /** Takes over what was counted under another bundle, after loading. */
  void carry(Map<String, ClicksRead> from) {
    counting.carry(from, this::touch);
  }

  /** What stays of the rows when their bundle is left. */
  Map<String, ClicksRead> left() {
    Map<String, ClicksRead> left = rows.clicksRead();
    counting.carried().forEach((item, counted) -> left.merge(item, counted, ClicksRead::with));
    return left;
  }

  /** Takes the published table as the frozen one; it stands in every row's next checkpoint. */
  private void freeze() {
    meter.freeze(rows.all());
    rows.all().stream().filter(row -> row.owned).forEach(this::remember);
  }

  /** Goes on comparing with the frozen table of a checkpoint, after loading. */
  void restoreFrozen(Map<String, float[]> vectors) {
    if (vectors.isEmpty()) {
      return;
    }
    freeze();
    vectors.forEach(
        (item, vector) -> {
          Row row = rows.get(item);
          if (row != null) {
            tables.frozen().set(row.slot, vector);
          }
        });
  }

  void onRow(RowRecord record, long atMs) {
    nowMs = atMs;
    if (record.retired()) {
      return; // this bundle is about to be left, and what its rows know goes on under the next
    }
    rows.requireNotSuperseded(record);
    if (record.isRanker()) {
      EmbeddingRow weights = record.row();
      rows.saw(weights == null ? 0 : weights.getVersion().getGeneration());
      rankerRow.onRow(record, publisher().epoch());
      return;
    }
    if (record.kind() == RowRecord.Kind.ROLLBACK && !window.isEmpty()) {
      learn(); // a row that is taken back may know what waits here
    }
    rows.onRow(record);
    for (String item : begun) {
      window.release(item).forEach(this::enqueue);
    }
    begun.clear();
    window.showParked();
  }

  void onExample(TrainingExample example, long atMs) {
    nowMs = atMs;
    enqueue(counting.pass(example));
  }

  private void enqueue(TrainingExample example) {
    boolean full = window.add(example, nowMs);
    if (full && !sharing) {
      learn();
    }
  }

  /**
   * Takes events of which a worker has worked out a step. They are ranked and counted as they are
   * here, and rows take what it says of them; whatever is not in it is learned here.
   */
  void onStep(WorkedStepCodec.Received step, long atMs) {
    nowMs = atMs;
    List<WorkedStep.Part> parts = step.parts(rows);
    BitSet worked = new BitSet();
    parts.forEach(part -> Arrays.stream(part.places()).forEach(worked::set));
    Map<Integer, SlottedExample> taken = new TreeMap<>();
    for (int i = 0; i < step.events().size(); i++) {
      TrainingExample event = counting.pass(step.events().get(i));
      if (!worked.get(i) && !event.isFirst()) {
        enqueue(event);
        continue;
      }
      SlottedExample slotted = window.admit(event, nowMs) ? SlottedExample.of(event, rows) : null;
      if (slotted != null) {
        taken.put(i, slotted);
      }
    }
    List<SlottedExample> batch = List.copyOf(taken.values());
    List<SlottedExample> share = rankBudget.chooseShare(rankable(batch), nowMs);
    Lesson.learn(List.of(new Lesson(this, batch, share, List.of())));
    for (WorkedStep.Part part : parts) {
      learn(
          part.of(place -> taken.containsKey(place) ? place : -1, part.encoded().histories()),
          taken);
    }
  }

  private void learn(WorkedStep.Part part, Map<Integer, SlottedExample> taken) {
    List<SlottedExample> lessons = new ArrayList<>();
    for (int place : part.places()) {
      lessons.add(Objects.requireNonNull(taken.get(place)));
    }
    if (!lessons.isEmpty()) {
      List<Example> examples = lessons.stream().map(SlottedExample::bounded).toList();
      EncodedStep encoded = part.encoded();
      StepGradients said = tables.tuner().compare(examples, encoded.users(), encoded.histories());
      stats.encoded.add(lessons.stream().filter(each -> each.example().isForTarget()).count());
      take(lessons, said, tracing.begin(lessons));
    }
  }

  private static List<SlottedExample> rankable(List<SlottedExample> batch) {
    return batch.stream().filter(SlottedExample::isRankable).toList();
  }

  void onTick(long atMs) {
    nowMs = atMs;
    if (stats.freezes() != freezesSeen) {
      freezesSeen = stats.freezes();
      learn();
      freeze();
    }
    if (!sharing && window.isOver(atMs)) {
      learn();
    }
    if (Elapsed.isOver(sweptMs, atMs, SWEEP_MS)) {
      sweptMs = atMs;
      counting.sweep(atMs, this::touch);
    }
    window.expire(atMs);
    publisher().tick(atMs);
    rankerRow.tick(atMs, publisher());
  }

  /** Learns what waits in the window, now. */
  void learn() {
    Lesson.learn(List.of(begin(Integer.MAX_VALUE, 1)));
  }

  /** Begins to learn so much of what waits, while so many do and share the budget of ranking. */
  Lesson begin(int most, int sharers) {
    List<SlottedExample> batch = window.take(most, nowMs);
    List<SlottedExample> steps =
        batch.stream().filter(slotted -> !slotted.example().isFirst()).toList();
    return new Lesson(
        this,
        batch,
        rankBudget.choose(rankable(batch), sharers, nowMs),
        Steps.of(steps, each -> each.bounded().history().length, config.batchSize()));
  }

  /** Counts an event, after it was ranked. */
  void count(SlottedExample slotted) {
    TrainingExample example = slotted.example();
    Row target = rows.at(slotted.slots().target());
    target.urgent = target.urgent || (example.isFirst() && target.owned);
    counting.count(example, this::touch, target);
  }

  /** Begins the spans of a step. */
  List<RowTracing.Learning> beginSpans(List<SlottedExample> batch) {
    return tracing.begin(batch);
  }

  /** A step was worked out: it is taken, or worked out once more without the rows that broke. */
  void take(List<SlottedExample> batch, StepGradients said, List<RowTracing.Learning> spans) {
    List<TrainingExample> clicks = batch.stream().map(SlottedExample::example).toList();
    boolean taken = owner.take(said, clicks) || takeAgain(batch, clicks);
    spans.forEach(each -> each.span().end());
    if (taken) {
      spans.forEach(this::learnedIn);
    } else {
      window.drop(clicks);
    }
  }

  private void learnedIn(RowTracing.Learning learning) {
    Row row = rows.get(learning.example().target());
    if (row != null) {
      row.learnedIn(learning.span().getSpanContext());
    }
  }

  /** A step that is not finite has changed nothing: broken rows are set back. */
  private boolean takeAgain(List<SlottedExample> batch, List<TrainingExample> clicks) {
    LOG.warn("a step was not finite");
    owner.setBackBroken();
    List<Example> examples = batch.stream().map(SlottedExample::bounded).toList();
    StepGradients said = JointStep.gradients(List.of(tables.tuner().work(examples))).get(0);
    boolean taken = owner.take(said, clicks);
    if (!taken) {
      LOG.warn("nor was it without the rows that broke: its loss is {}", said.loss());
      owner.setBackBroken();
    }
    return taken;
  }

  private void touch(Row row) {
    remember(row);
    publisher().changed(row, nowMs);
  }

  private void remember(Row row) {
    if (!row.touched) {
      row.touched = true;
      touched.add(row);
    }
  }

  /** A row that is no longer finite goes back to what was last sent. */
  void setBack(Row row) {
    owner.setBack(row);
  }

  /** Returns the rows whose state changed since the last call; none of them names what ended. */
  List<Row> takeTouched() {
    counting.sweep(nowMs, this::touch);
    return takeTouched(touched.size());
  }

  /** Returns so many of them at most, those that changed first. */
  List<Row> takeTouched(int most) {
    List<Row> first = touched.subList(0, Math.min(most, touched.size()));
    List<Row> result = new ArrayList<>(first);
    first.clear();
    result.forEach(row -> row.touched = false);
    result.removeIf(row -> row.ended);
    return result;
  }

  /** Returns how many rows changed that were not taken. */
  int touched() {
    return touched.size();
  }

  /** Returns the items whose state is to be cleared, unless they began again since. */
  Set<String> takeEnded() {
    Set<String> result = new HashSet<>(ended);
    ended.clear();
    return result;
  }

  /** Returns the items deleted since the last call, each with the time of the request. */
  Map<String, Long> takeDeleted() {
    Map<String, Long> result = new LinkedHashMap<>(deleted);
    deleted.clear();
    return result;
  }

  @Override
  public void onDeleted(String item, long deletedMs) {
    deleted.put(item, deletedMs);
    window.forget(item);
  }

  @Override
  public void onAdded(Row row) {
    counting.carryTo(row, this::touch);
    begun.add(row.item);
  }

  @Override
  public void onRemoved(Row row, boolean wasPublished) {
    ended.add(row.item);
    if (wasPublished) {
      publisher().sendTombstone(row.item);
    }
  }

  @Override
  public void onForgotten(String item) {
    ended.add(item);
  }

  @Override
  public void onMoved(Row row) {
    row.urgent = true;
    touch(row);
  }

  @Override
  public void onForeign(Row row) {
    stats.republished.increment();
    row.urgent = true;
    touch(row);
  }

  @Override
  public void onCounted(Row row) {
    touch(row);
  }

  @Override
  public void onAdopted(Row row) {
    row.adoptedMs = nowMs;
    remember(row);
  }
}
