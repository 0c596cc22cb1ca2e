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
import dev.headwater.tracing.RecordPlace;
import dev.headwater.tracing.TraceParent;
import dev.headwater.tracing.Tracing;
import io.opentelemetry.api.trace.Span;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * First stage, keyed by user: each new entry becomes an example, one copy for each shard that owns
 * a row of it. Keeps the last learned sequence number, so that a record read twice is learned once.
 * There is one of it, so that it can number the events of the domain.
 */
final class HistoryToExamples extends KeyedProcessFunction<String, TracedRecord, TrainingExample>
    implements CheckpointedFunction {
  /** What goes straight to Kafka: dead letters and receipts. */
  static final OutputTag<OutRecord> BESIDE = new OutputTag<>("beside", OutRecord.TYPE);

  private static final long serialVersionUID = 1L;

  private final String jobName;
  private final FineTuneConfig config;
  private final Topics topics;
  private final int maxParallelism;
  private final Tracing.Opener tracings;

  @SuppressWarnings("NullAway.Init") // Set in open, before any record.
  private transient ValueState<byte[]> cursors;

  @SuppressWarnings("NullAway.Init") // Set in initializeState, before open.
  private transient ListState<Long> ticks;

  private transient long tick;

  @SuppressWarnings("NullAway.Init") // Set in open, before any record.
  private transient FineTuneStats stats;

  private transient Tracing tracing = Tracing.OFF;

  HistoryToExamples(
      String jobName,
      FineTuneConfig config,
      Topics topics,
      int maxParallelism,
      Tracing.Opener tracings) {
    this.jobName = jobName;
    this.config = config;
    this.topics = topics;
    this.maxParallelism = maxParallelism;
    this.tracings = tracings;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    ticks =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("domain-tick", Types.LONG));
    for (long saved : ticks.get()) {
      tick = Math.max(tick, saved);
    }
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    ticks.update(List.of(tick));
  }

  @Override
  public void open(OpenContext context) {
    stats = FineTuneStats.of(jobName);
    tracing = tracings.open(FineTuneJob.SERVICE);
    cursors =
        getRuntimeContext()
            .getState(
                new ValueStateDescriptor<>(
                    "user-cursor", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
  }

  @Override
  public void processElement(TracedRecord traced, Context context, Collector<TrainingExample> out)
      throws Exception {
    InRecord record = traced.record();
    try {
      Keys.DomainKey user = Keys.parse(record.keyText());
      if (!user.domain().equals(config.model().domain())) {
        return;
      }
      if (record.heartbeat() != null) {
        passOn(user.id(), record.heartbeat(), out);
        return;
      }
      byte[] value = record.value();
      if (value == null) {
        cursors.clear();
      } else {
        learn(UserHistory.parseFrom(value), traced, out);
      }
      if (record.deletedMs() > 0) {
        confirmDeleted(user, record.deletedMs(), context);
      }
    } catch (RejectedRecordException e) {
      refuse(record, e.reason(), e.detail(), context);
    } catch (InvalidProtocolBufferException e) {
      refuse(record, ReasonCode.UNDECODABLE, String.valueOf(e.getMessage()), context);
    }
  }

  @Override
  public void close() {
    if (tracing != null) { // null where the task ended before it was opened
      tracing.close();
    }
  }

  private void confirmDeleted(Keys.DomainKey user, long deletedMs, Context context) {
    DeletionReceipt receipt =
        DeletionReceipt.of(
            DeletionReceipt.FINE_TUNE,
            Deletion.Kind.USER,
            user,
            deletedMs,
            context.timerService().currentProcessingTime());
    context.output(BESIDE, OutRecord.receipt(topics.deletionReceipts(), receipt));
  }

  private void learn(UserHistory history, TracedRecord traced, Collector<TrainingExample> out)
      throws Exception {
    if (traced.traceparent() == null || !tracing.isOn()) {
      learn(history, (String) null, out);
      return;
    }
    InRecord record = traced.record();
    RecordPlace place =
        new RecordPlace(
            record.topic(), record.partition(), record.offset(), topics.prefix() + jobName);
    Span span = tracing.proceed(place, traced.traceparent());
    try {
      learn(history, TraceParent.of(span.getSpanContext()), out);
    } finally {
      span.end();
    }
  }

  /** Only the record's own event is in its trace, not what is filled in from before. */
  private void learn(
      UserHistory history, @Nullable String traceparent, Collector<TrainingExample> out)
      throws Exception {
    byte[] bytes = cursors.value();
    boolean fresh = bytes == null || history.getCause() == UserHistory.Cause.DELETION;
    UserCursor cursor = fresh ? new UserCursor() : UserCursor.fromBytes(bytes);
    NewExamples.Result result = NewExamples.of(history, cursor, config.settings().userBound());
    cursors.update(cursor.toBytes());
    stats.withoutHistory.add(result.withoutHistory());
    stats.overBound.add(result.overBound());
    for (TrainingExample example : result.examples()) {
      boolean own = traceparent != null && !example.eventId().isEmpty();
      TrainingExample stamped = example.withTick(tick++);
      send(own ? stamped.withTraceparent(traceparent) : stamped, out);
    }
  }

  private void send(TrainingExample example, Collector<TrainingExample> out) {
    out.collect(example);
    if (config.settings().shards() == 1) {
      return;
    }
    Set<Integer> reached = new HashSet<>();
    reached.add(shard(example.target()));
    for (String item : example.history()) {
      if (reached.add(shard(item))) {
        out.collect(example.withRoute(item));
      }
    }
  }

  /** Heartbeats of different partitions pass different shards, so that each shard has some. */
  private void passOn(String id, String text, Collector<TrainingExample> out) {
    Heartbeat heartbeat = Heartbeat.parse(text);
    if (heartbeat == null) {
      return;
    }
    int wanted = heartbeat.partition() % config.settings().shards();
    String route = id;
    for (int i = 0; shard(route) != wanted; i++) {
      route = id + "-" + i;
    }
    out.collect(TrainingExample.heartbeat(route, id, text));
  }

  private int shard(String item) {
    return KeyGroupRangeAssignment.assignKeyToParallelOperator(
        item, maxParallelism, config.settings().shards());
  }

  private void refuse(InRecord record, ReasonCode reason, String detail, Context context) {
    stats.undecodable.increment();
    DeadLetter why =
        new DeadLetter(reason, detail, record.topic(), record.partition(), record.offset());
    context.output(BESIDE, OutRecord.deadLetter(topics.deadLetters(), record, why));
  }
}
