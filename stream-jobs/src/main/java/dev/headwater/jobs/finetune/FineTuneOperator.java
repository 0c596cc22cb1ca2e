package dev.headwater.jobs.finetune;

import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.Heartbeat;
import dev.headwater.events.Keys;
import dev.headwater.events.Topics;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.wire.QualityWindow;
import dev.headwater.idp.rank.RankerState;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.kafka.OutRecord;
import dev.headwater.jobs.models.ModelWatch;
import dev.headwater.tracing.Tracing;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * Owns a shard's rows. The working copy lives in tensors; before each checkpoint barrier the rows
 * touched since the last one are written to keyed state, under their own key: doing that in {@code
 * snapshotState} would lose rows, for there is no key to write under. Rows of other shards and new
 * cold rows come from a feed beside the stream, read to its end before the first example and never
 * checkpointed.
 */
final class FineTuneOperator extends AbstractStreamOperator<OutRecord>
    implements OneInputStreamOperator<TrainingExample, OutRecord> {
  private static final long serialVersionUID = 1L;
  private static final long TICK_MS = 20;
  private static final String ROWS = "rows";

  private final String jobName;
  private final FineTuneConfig learning;
  private final Topics topics;
  private final FineTuneJob.ModelPorts configured;
  private final FineTuneJob.Switching switching;
  private final Tracing.Opener tracings;

  private transient @Nullable Session running;
  private transient @Nullable ModelWatch watch;
  private transient Tracing tracing = Tracing.OFF;
  private transient boolean closing;
  private transient long windowEndMs;

  @SuppressWarnings("NullAway.Init") // Set in initializeState, before open.
  private transient ValueState<byte[]> rowState;

  @SuppressWarnings("NullAway.Init") // Set in initializeState, before open.
  private transient ValueState<byte[]> rankerState;

  @SuppressWarnings("NullAway.Init") // Set in initializeState, before open.
  private transient ListState<byte[]> parkedState;

  @SuppressWarnings("NullAway.Init") // Set in initializeState, before open.
  private transient ListState<Long> tickBaseState;

  /** Tick of the event that the first stage calls 0, below 0 before it is known. */
  private transient long tickBase = -1;

  private transient Set<String> parkedKeys = new HashSet<>();
  private transient Deque<DeletedItem> deletions = new ArrayDeque<>();
  private transient HeartbeatGate heartbeats = new HeartbeatGate();

  /** A deleted item whose state went with a checkpoint. */
  private record DeletedItem(long checkpointId, String item, long deletedMs) {}

  FineTuneOperator(String jobName, FineTuneConfig config, Topics topics, FineTuneJob.Ports ports) {
    this.jobName = jobName;
    this.learning = config;
    this.topics = topics;
    this.configured = new FineTuneJob.ModelPorts(ports.feeds(), ports.epochs(), ports.models());
    this.switching = ports.switching();
    this.tracings = ports.tracing();
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    var bytes = PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO;
    rowState = context.getKeyedStateStore().getState(new ValueStateDescriptor<>(ROWS, bytes));
    rankerState =
        context.getKeyedStateStore().getState(new ValueStateDescriptor<>("ranker", bytes));
    parkedState =
        context.getKeyedStateStore().getListState(new ListStateDescriptor<>("parked", bytes));
    tickBaseState =
        context
            .getOperatorStateStore()
            .getUnionListState(new ListStateDescriptor<>("tick-base", Types.LONG));
    tickBase = -1;
    for (long saved : tickBaseState.get()) {
      tickBase = Math.max(tickBase, saved);
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    parkedKeys = new HashSet<>();
    deletions = new ArrayDeque<>();
    heartbeats = new HeartbeatGate();
    tracing = tracings.open(FineTuneJob.SERVICE);
    watch = switching.watch().open(jobName + "-models");
    begin(announced());
    windowEndMs = nowMs() + learning.settings().scoring().window().toMillis();
    metrics(FineTuneStats.of(jobName));
    scheduleTick();
  }

  private DomainModel announced() {
    DomainModel model = learning.model();
    ModelWatch now = watch;
    return now == null ? model : model.withBundle(now.model(model.domain(), model.bundleId()));
  }

  private Session begin(DomainModel model) throws Exception {
    FineTuneJob.ModelPorts ports =
        model.equals(learning.model()) ? configured : switching.ports().of(model);
    Session session =
        Session.open(
            new Session.Context(
                jobName, topics.fineTunedRows(), this::owns, this::emit, new RowTracing(tracing)),
            learning.withModel(model),
            ports,
            nowMs());
    running = session;
    load(session);
    LOG.info(
        "{}: model {}, {} rows, {} examples parked",
        jobName,
        model.bundleId(),
        session.learner().rows().size(),
        session.learner().parked().size());
    return session;
  }

  /**
   * Goes on with another bundle: rows of the old one mean nothing under it. What waits for a row
   * goes on waiting, for ColdStartJob makes the new bundle's rows meanwhile.
   */
  private void switchTo(DomainModel model) throws Exception {
    Session old = running();
    old.learner().learn();
    old.publisher().flush(nowMs());
    saveParked(old);
    Map<String, Counting.Carried> counted = old.learner().counting().carried();
    RankerState weights = old.learner().ranker().state();
    running = null;
    old.close();
    for (String item : keys(ROWS)) {
      setCurrentKey(item);
      rowState.clear();
    }
    Learner next = begin(model).learner();
    next.carry(counted);
    next.rankerRow().carry(weights);
  }

  private Session running() {
    Session now = running;
    if (now == null) {
      throw new IllegalStateException("not open");
    }
    return now;
  }

  private boolean owns(String item) {
    int max = getRuntimeContext().getTaskInfo().getMaxNumberOfParallelSubtasks();
    int index = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    int parallelism = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
    KeyGroupRange range =
        KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(max, parallelism, index);
    return range.contains(KeyGroupRangeAssignment.assignToKeyGroup(item, max));
  }

  private void load(Session now) throws Exception {
    long deadline = System.nanoTime() + learning.settings().loadTimeout().toNanos();
    while (!now.feed().isCaughtUp()) {
      now.feed().requireHealthy();
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "the embedding topics were not read within " + learning.settings().loadTimeout());
      }
      now.inbox().await(event -> now.learner().onRow(event, nowMs()));
    }
    now.inbox().drain(event -> now.learner().onRow(event, nowMs()));
    Loading loading = new Loading(now.learner(), now.publisher(), now.config().model().bundleId());
    for (String item : keys(ROWS)) {
      setCurrentKey(item);
      byte[] bytes = rowState.value();
      if (bytes != null && !loading.take(item, bytes)) {
        rowState.clear();
      }
    }
    if (now.learner().rankerRow().isOwned()) {
      setCurrentKey(Identifiers.RANKER_ITEM);
      byte[] weights = rankerState.value();
      if (weights != null) {
        now.learner().rankerRow().restore(weights, now.config().model().bundleId());
      }
    }
    loading.end(nowMs());
    tickBase = tickBase < 0 ? now.learner().counting().book().tick() : tickBase;
    now.learner().counting().from(tickBase);
    for (String key : keys("parked")) {
      setCurrentKey(key);
      parkedKeys.add(key);
      for (byte[] bytes : parkedState.get()) {
        now.learner().onExample(ExampleCodec.read(bytes), nowMs());
      }
    }
  }

  private List<String> keys(String state) {
    try (Stream<String> keys =
        this.<String>getKeyedStateBackend().getKeys(state, VoidNamespace.INSTANCE)) {
      return keys.sorted().toList();
    }
  }

  private void metrics(FineTuneStats stats) {
    MetricGroup group = getRuntimeContext().getMetricGroup().addGroup("headwater");
    group.gauge("fine_tune_examples_learned_total", stats::learned);
    group.gauge("fine_tune_examples_parked", stats::parked);
    group.gauge("fine_tune_examples_dropped_total", stats::dropped);
    group.gauge("fine_tune_rows_published_total", stats::published);
    group.gauge("fine_tune_rows_not_finite_total", stats::notFinite);
    group.gauge("fine_tune_click_to_row_p99_ms", () -> stats.clickToRowMs().percentile(0.99));
    group.gauge(
        "fine_tune_live_hr10",
        () -> {
          QualityWindow window = stats.quality();
          return window == null ? Double.NaN : window.getLiveTotal().getHr10();
        });
  }

  @Override
  public void processElement(StreamRecord<TrainingExample> element) {
    Session now = running();
    TrainingExample example = element.getValue();
    Heartbeat heartbeat = example.isHeartbeat() ? Heartbeat.parse(example.eventId()) : null;
    if (heartbeat != null) {
      heartbeats.arrived(example.target(), heartbeat, nowMs());
      return;
    }
    now.inbox().drain(event -> now.learner().onRow(event, nowMs()));
    now.learner().onExample(example, nowMs());
  }

  private void scheduleTick() {
    // An exception in the tick fails the task; the future itself says nothing more.
    var unused = getProcessingTimeService().registerTimer(nowMs() + TICK_MS, time -> tick());
  }

  private void tick() throws Exception {
    if (closing) {
      return;
    }
    DomainModel announced = announced();
    if (!announced.equals(running().config().model())) {
      switchTo(announced);
    }
    Session now = running();
    now.feed().requireHealthy();
    now.inbox().drain(event -> now.learner().onRow(event, nowMs()));
    now.learner().onTick(nowMs());
    heartbeats.release(
        now,
        nowMs(),
        (id, beat) ->
            emit(
                OutRecord.heartbeat(
                    topics.fineTunedRows(), now.config().model().rowKey(id), beat)));
    if (nowMs() >= windowEndMs) {
      windowEndMs = nowMs() + learning.settings().scoring().window().toMillis();
      report(now);
    }
    scheduleTick();
  }

  private void report(Session now) {
    String domain = learning.model().domain();
    QualityWindow window =
        now.learner()
            .meter()
            .endWindow(nowMs())
            .setDomain(domain)
            .setModel(running().config().model().bundleId())
            .setShard(getRuntimeContext().getTaskInfo().getIndexOfThisSubtask())
            .setShards(learning.settings().shards())
            .setExamplesLearned(now.learner().learned())
            .setExamplesParked(now.learner().parked().size())
            .setExamplesDropped(now.learner().dropped())
            .build();
    now.stats().quality(window);
    emit(OutRecord.of(topics.quality(), domain, window.toByteArray()));
  }

  private void emit(OutRecord record) {
    output.collect(new StreamRecord<>(record));
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    tickBaseState.update(List.of(tickBase));
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    Session now = running();
    now.learner().learn();
    for (String item : now.learner().takeEnded()) {
      setCurrentKey(item);
      rowState.clear();
    }
    for (Row row : now.learner().takeTouched()) {
      setCurrentKey(row.item);
      float[] frozen =
          now.learner().meter().isFrozen() ? now.tables().frozen().get(row.slot) : null;
      rowState.update(
          RowCodec.write(
              row,
              now.tables().tuner().state(row.slot),
              now.config().model().bundleId(),
              frozen,
              now.learner().counting().encode(row)));
    }
    if (now.learner().rankerRow().isOwned()) {
      setCurrentKey(Identifiers.RANKER_ITEM);
      rankerState.update(now.learner().rankerRow().save(now.config().model().bundleId()));
    }
    saveParked(now);
    now.learner()
        .takeDeleted()
        .forEach(
            (item, deletedMs) -> deletions.add(new DeletedItem(checkpointId, item, deletedMs)));
  }

  /** What was deleted is gone once a checkpoint without it is complete. */
  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    super.notifyCheckpointComplete(checkpointId);
    confirmDeleted(checkpointId);
  }

  private void confirmDeleted(long checkpointId) {
    while (!deletions.isEmpty() && deletions.getFirst().checkpointId() <= checkpointId) {
      DeletedItem deletion = deletions.removeFirst();
      DeletionReceipt receipt =
          DeletionReceipt.of(
              DeletionReceipt.FINE_TUNE,
              Deletion.Kind.ITEM,
              new Keys.DomainKey(learning.model().domain(), deletion.item()),
              deletion.deletedMs(),
              nowMs());
      emit(OutRecord.receipt(topics.deletionReceipts(), receipt));
    }
  }

  private void saveParked(Session now) throws Exception {
    for (String key : parkedKeys) {
      setCurrentKey(key);
      parkedState.clear();
    }
    parkedKeys.clear();
    for (TrainingExample example : now.learner().parked().all()) {
      setCurrentKey(example.route());
      parkedState.add(ExampleCodec.write(example));
      parkedKeys.add(example.route());
    }
  }

  /** A bounded run ends: learn and send what is left. */
  @Override
  public void finish() throws Exception {
    Session now = running();
    now.learner().learn();
    now.stats().table(now.learner().rows().size(), now.learner().checksum());
    now.publisher().flush(nowMs());
    now.learner().rankerRow().flush(nowMs(), now.publisher());
    now.learner()
        .takeDeleted()
        .forEach(
            (item, deletedMs) -> deletions.add(new DeletedItem(Long.MAX_VALUE, item, deletedMs)));
    confirmDeleted(Long.MAX_VALUE);
    report(now);
    super.finish();
  }

  private long nowMs() {
    return getProcessingTimeService().getCurrentProcessingTime();
  }

  @Override
  public void close() throws Exception {
    closing = true;
    Session now = running;
    if (now != null) {
      now.close();
      running = null;
    }
    ModelWatch watching = watch;
    if (watching != null) {
      watching.close();
      watch = null;
    }
    if (tracing != null) { // null where the task ended before it was opened
      tracing.close();
    }
    super.close();
  }
}
