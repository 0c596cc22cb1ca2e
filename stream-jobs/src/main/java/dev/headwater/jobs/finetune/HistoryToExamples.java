package dev.headwater.jobs.finetune;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.events.DeadLetter;
import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.Heartbeat;
import dev.headwater.events.Keys;
import dev.headwater.events.Topics;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.jobs.kafka.InRecord;
import dev.headwater.jobs.kafka.OutRecord;
import dev.headwater.jobs.kafka.TracedRecord;
import dev.headwater.jobs.models.ModelWatch;
import dev.headwater.jobs.models.ServedDomains;
import dev.headwater.tracing.RecordPlace;
import dev.headwater.tracing.TraceParent;
import dev.headwater.tracing.Tracing;
import io.opentelemetry.api.trace.Span;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * First stage, keyed by user: each new entry becomes an example, one copy for each shard that owns
 * a row of it. Keeps the last learned sequence number, so that a record read twice is learned once,
 * and numbers the events. Where there are several of it, each works out what its examples say of
 * rows before it sends them: {@link Workers}. In a job of many domains it also decides whose turn a
 * history is: {@link DomainIntake}.
 */
final class HistoryToExamples extends AbstractStreamOperator<ForOwner>
    implements OneInputStreamOperator<TracedRecord, ForOwner> {
  /** What goes straight to Kafka: dead letters and receipts. */
  static final OutputTag<OutRecord> BESIDE = new OutputTag<>("beside", OutRecord.TYPE);

  private static final long serialVersionUID = 1L;
  private static final long TICK_MS = 20;

  private final String jobName;
  private final ServedDomains served;
  private final StateKeys keys;
  private final FineTuneConfig.Settings settings;
  private final Topics topics;
  private final int maxParallelism;
  private final FineTuneJob.Beside ports;

  @SuppressWarnings("NullAway.Init") // Set in initializeState, before any record.
  private transient ValueState<byte[]> cursors;

  @SuppressWarnings("NullAway.Init") // Set in initializeState, before open.
  private transient EventNumbers numbers;

  @SuppressWarnings("NullAway.Init") // Set in initializeState, before open.
  private transient DomainIntake intake;

  @SuppressWarnings("NullAway.Init") // Set in initializeState, before open.
  private transient Lateness lateness;

  @SuppressWarnings("NullAway.Init") // Set in initializeState, before open.
  private transient OwnerRoutes routes;

  private transient @Nullable Workers workers;
  private transient @Nullable ModelWatch watch;
  private transient Tracing tracing = Tracing.OFF;
  private transient boolean restored;
  private transient boolean closing;

  @SuppressWarnings("NullAway.Init") // Set in initializeState, before open.
  private transient WholeState whole;

  HistoryToExamples(
      String jobName,
      ServedDomains served,
      FineTuneConfig.Settings settings,
      Topics topics,
      int maxParallelism,
      FineTuneJob.Beside ports) {
    this.jobName = jobName;
    this.served = served;
    this.keys = new StateKeys(served.only());
    this.settings = settings;
    this.topics = topics;
    this.maxParallelism = maxParallelism;
    this.ports = ports;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    cursors =
        context
            .getKeyedStateStore()
            .getState(
                new ValueStateDescriptor<>(
                    "user-cursor", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
    TaskInfo subtask = getRuntimeContext().getTaskInfo();
    numbers = new EventNumbers(subtask.getIndexOfThisSubtask());
    numbers.restore(context.getOperatorStateStore(), subtask.getNumberOfParallelSubtasks());
    intake = new DomainIntake(jobName, served, this::waiting, ports.backlogs());
    intake.restore(context.getOperatorStateStore());
    lateness = new Lateness();
    routes = new OwnerRoutes(keys, settings.shards(), maxParallelism);
    restored = context.isRestored();
    whole = new WholeState(this, context.getOperatorStateStore());
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    numbers.save();
    intake.save();
    whole.save();
    whole.writeWhereDue();
  }

  @Override
  public void open() throws Exception {
    super.open();
    tracing = ports.tracing().open(FineTuneJob.SERVICE);
    if (served.isOne() && settings.workers() == 1) {
      return;
    }
    ModelWatch now = ports.switching().watch().open(jobName + "-intake");
    watch = now;
    if (settings.workers() > 1) {
      int subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
      workers =
          new Workers(
              new Workers.Place(
                  jobName, served, settings, ports, now, routes, this::emit, subtask));
    }
    if (!served.isOne()) {
      intake.look(now, !restored);
    }
    scheduleTick();
  }

  /** What waits of a domain, where that can be known: with owners elsewhere, back-pressure says. */
  private long waiting(String domain, FineTuneStats stats) {
    Workers working = workers;
    if (working != null) {
      return working.waiting(domain);
    }
    return settings.shards() == 1 ? stats.underWay.get() + stats.waiting.get() : 0;
  }

  private long nowMs() {
    return getProcessingTimeService().getCurrentProcessingTime();
  }

  private void scheduleTick() {
    // An exception in the tick fails the task; the future itself says nothing more.
    var unused = getProcessingTimeService().registerTimer(nowMs() + TICK_MS, time -> tick());
  }

  private void tick() throws Exception {
    ModelWatch now = watch;
    if (closing || now == null) {
      return;
    }
    now.requireHealthy();
    if (!served.isOne()) {
      intake.look(now, false);
      intake.takeBacklog(this::takeAgain);
    }
    Workers working = workers;
    if (working != null) {
      working.tick(nowMs());
    }
    scheduleTick();
  }

  /** A history that was left aside, here or by a subtask beside this one. */
  private void takeAgain(InRecord record) throws Exception {
    if (OwnKeys.has(getRuntimeContext().getTaskInfo(), record.keyText())) {
      setCurrentKey(record.keyText());
      take(new TracedRecord(record, null));
    }
  }

  /** What workers hold is sent before the barrier: it is learned on the side of its cursors. */
  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    super.prepareSnapshotPreBarrier(checkpointId);
    flush();
  }

  /** A bounded run ends. */
  @Override
  public void finish() throws Exception {
    flush();
    super.finish();
  }

  private void flush() {
    Workers working = workers;
    if (working != null) {
      working.flush();
    }
  }

  @Override
  public void processElement(StreamRecord<TracedRecord> element) throws Exception {
    TracedRecord traced = element.getValue();
    InRecord record = traced.record();
    String key = record.keyText();
    int slash = key.indexOf('/');
    if (slash > 0 && !served.contains(key.substring(0, slash))) {
      return;
    }
    String domain = slash > 0 ? key.substring(0, slash) : "";
    DomainIntake.Decision decision = intake.decide(domain, record);
    if (decision == DomainIntake.Decision.TAKE || record.heartbeat() != null) {
      take(traced);
    } else if (decision == DomainIntake.Decision.WITHOUT_MODEL) {
      confirmWithoutModel(record);
    }
  }

  /** Nothing is held of anybody: whatever record tells of a deletion is answered. */
  private void confirmWithoutModel(InRecord record) {
    try {
      byte[] value = record.value();
      long deletedMs = value == null ? 0 : UserHistory.parseFrom(value).getDeletedMs();
      deletedMs = Math.max(deletedMs, record.deletedMs());
      if (deletedMs > 0) {
        confirmDeleted(Keys.parse(record.keyText()), deletedMs);
      }
    } catch (RejectedRecordException | InvalidProtocolBufferException e) {
      return; // refused once it is taken
    }
  }

  private void take(TracedRecord traced) throws Exception {
    InRecord record = traced.record();
    try {
      Keys.DomainKey user = Keys.parse(record.keyText());
      if (record.heartbeat() != null) {
        passOn(user, record.heartbeat());
        return;
      }
      byte[] value = record.value();
      long deletedMs = record.deletedMs();
      if (value == null) {
        cursors.clear();
      } else {
        deletedMs = Math.max(deletedMs, learn(user.domain(), UserHistory.parseFrom(value), traced));
      }
      if (deletedMs > 0) {
        confirmDeleted(user, deletedMs);
      }
    } catch (RejectedRecordException e) {
      refuse(record, e.reason(), e.detail());
    } catch (InvalidProtocolBufferException e) {
      refuse(record, ReasonCode.UNDECODABLE, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() throws Exception {
    closing = true;
    if (intake != null) {
      intake.close();
    }
    Workers working = workers;
    if (working != null) {
      working.close();
      workers = null;
    }
    ModelWatch watching = watch;
    if (watching != null) {
      watching.close();
      watch = null;
    }
    if (tracing != null) { // null where the task ended before it was opened
      tracing.close();
    }
    if (whole != null) {
      whole.close();
    }
    super.close();
  }

  private void confirmDeleted(Keys.DomainKey user, long deletedMs) {
    DeletionReceipt receipt =
        DeletionReceipt.of(DeletionReceipt.FINE_TUNE, Deletion.Kind.USER, user, deletedMs, nowMs());
    output.collect(
        BESIDE, new StreamRecord<>(OutRecord.receipt(topics.deletionReceipts(), receipt)));
  }

  private long learn(String domain, UserHistory history, TracedRecord traced) throws Exception {
    InRecord record = traced.record();
    if (traced.traceparent() == null || !tracing.isOn()) {
      return learn(domain, history, record, null);
    }
    RecordPlace place =
        new RecordPlace(
            record.topic(), record.partition(), record.offset(), topics.prefix() + jobName);
    Span span = tracing.proceed(place, traced.traceparent());
    try {
      return learn(domain, history, record, TraceParent.of(span.getSpanContext()));
    } finally {
      span.end();
    }
  }

  /**
   * Only the record's own event is in its trace, not what is filled in from before. Returns the
   * deletion of the user that the record is the first to tell of, 0 for none.
   */
  private long learn(
      String domain, UserHistory history, InRecord record, @Nullable String traceparent)
      throws Exception {
    byte[] bytes = cursors.value();
    UserCursor cursor = bytes == null ? new UserCursor() : UserCursor.fromBytes(bytes);
    NewExamples.Result result = NewExamples.of(history, cursor, settings.userBound());
    cursors.update(cursor.toBytes());
    whole.changed(1);
    FineTuneStats stats = intake.stats(domain);
    stats.withoutHistory.add(result.withoutHistory());
    stats.overBound.add(result.overBound());
    for (TrainingExample example : result.examples()) {
      boolean own = !example.eventId().isEmpty();
      boolean late = lateness.isLate(domain, record, example.eventTimeMs());
      TrainingExample numbered =
          example
              .withNumber(numbers.next(domain, record.partition(), record.timestampMs()))
              .withLate(example.late() || (own && late));
      send(domain, own ? numbered.withTraceparent(traceparent) : numbered, stats);
    }
    return result.deletedMs();
  }

  private void send(String domain, TrainingExample example, FineTuneStats stats)
      throws InterruptedException {
    Workers working = workers;
    if (working == null) {
      routes.copies(domain, example, copy -> emit(copy, stats));
    } else {
      working.take(domain, example, nowMs());
    }
  }

  private void emit(TrainingExample example, FineTuneStats stats) {
    stats.underWay.incrementAndGet();
    emit(ForOwner.of(example));
  }

  private void emit(ForOwner sent) {
    output.collect(new StreamRecord<>(sent));
  }

  /**
   * Heartbeats of different partitions pass different shards, so that each shard has some. What
   * came before one is sent before it.
   */
  private void passOn(Keys.DomainKey beat, String text) {
    Heartbeat heartbeat = Heartbeat.parse(text);
    if (heartbeat == null) {
      return;
    }
    Workers working = workers;
    if (working != null) {
      working.flush(beat.domain());
    }
    String route = routes.to(beat.domain(), beat.id(), heartbeat.partition() % settings.shards());
    emit(TrainingExample.heartbeat(route, beat.id(), text), intake.stats(beat.domain()));
  }

  private void refuse(InRecord record, ReasonCode reason, String detail) {
    intake.refused();
    DeadLetter why =
        new DeadLetter(reason, detail, record.topic(), record.partition(), record.offset());
    output.collect(
        BESIDE, new StreamRecord<>(OutRecord.deadLetter(topics.deadLetters(), record, why)));
  }
}
