package dev.headwater.jobs.coldstart;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.events.DeadLetter;
import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.Heartbeat;
import dev.headwater.events.Keys;
import dev.headwater.events.Topics;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.text.ItemText;
import dev.headwater.jobs.coldstart.WrittenRows.Text;
import dev.headwater.jobs.kafka.InRecord;
import dev.headwater.jobs.kafka.OutRecord;
import dev.headwater.jobs.models.ModelWatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns an accepted item into its row. Flink calls {@link #asyncInvoke} on one thread, which
 * decides what is to be done; texts are encoded on the batcher's thread.
 */
final class ColdStartFunction extends RichAsyncFunction<InRecord, OutRecord> {
  private static final Logger LOG = LoggerFactory.getLogger(ColdStartFunction.class);
  private static final long serialVersionUID = 1L;
  private static final int REMEMBERED = 100_000;

  private final String name;
  private final KafkaSettings kafka;
  private final ColdStartConfig config;
  private final TextEncoders encoders;
  private final MatchingModel.Opener models;
  private final ModelWatch.Opener watches;
  private transient @Nullable Running running;

  /** What lives from open to close. */
  private record Running(
      ColdStartStats stats, Lines lines, WrittenRows written, MicroBatcher<Request> batcher) {}

  /** An item whose text waits to be encoded. */
  private record Request(
      DomainLine line, AcceptedItem item, String text, ResultFuture<OutRecord> answer) {}

  ColdStartFunction(
      String name, KafkaSettings kafka, ColdStartConfig config, ColdStartJob.Ports ports) {
    this.name = name;
    this.kafka = kafka;
    this.config = config;
    this.encoders = ports.encoders();
    this.models = ports.models();
    this.watches = ports.watches();
  }

  @Override
  public void open(OpenContext context) throws Exception {
    ColdStartStats stats = ColdStartStats.of(name);
    MicroBatcher<Request> batcher =
        new MicroBatcher<>(
            name + "-batcher",
            config.settings().inFlight() + 1,
            config.settings().batchSize(),
            (int) config.settings().batchWait().toMillis(),
            this::encode);
    WrittenRows written = new WrittenRows(REMEMBERED);
    Lines lines =
        Lines.open(name, kafka, config, models, encoders, watches.open(name + "-models"), written);
    running = new Running(stats, lines, written, batcher);
    MetricGroup group = getRuntimeContext().getMetricGroup().addGroup("headwater");
    group.gauge("cold_start_rows_total", stats::rows);
    group.gauge("cold_start_fallback_rows_total", stats::fallbacks);
    group.gauge("cold_start_unchanged_total", stats::unchanged);
    group.gauge("cold_start_rows_refreshed_total", stats::refreshed);
    group.gauge("cold_start_dead_letters_total", stats::deadLetters);
  }

  private Running running() {
    Running now = running;
    if (now == null) {
      throw new IllegalStateException("not open");
    }
    return now;
  }

  @Override
  public void asyncInvoke(InRecord record, ResultFuture<OutRecord> answer) throws Exception {
    Running now = running();
    DomainLine line;
    AcceptedItem item;
    try {
      Keys.DomainKey key = Keys.parse(record.keyText());
      line = now.lines().get(key.domain());
      if (line == null) {
        answer.complete(List.of());
        return;
      }
      line.follower().requireHealthy();
      if (record.heartbeat() != null) {
        answer.complete(passOn(line, key.id(), record.heartbeat()));
        return;
      }
      byte[] value = record.value();
      if (value == null) {
        delete(line, key, record, answer);
        return;
      }
      item = AcceptedItem.parseFrom(value);
      if (!item.getDomain().equals(key.domain()) || !item.getItem().equals(key.id())) {
        throw new RejectedRecordException(ReasonCode.KEY_MISMATCH, "key and value disagree");
      }
    } catch (RejectedRecordException e) {
      answer.complete(List.of(deadLetter(record, e.reason(), e.detail())));
      return;
    } catch (InvalidProtocolBufferException e) {
      answer.complete(
          List.of(deadLetter(record, ReasonCode.UNDECODABLE, String.valueOf(e.getMessage()))));
      return;
    }
    accept(line, item, record, answer);
  }

  /** What came before it in its partition leaves before it: answers keep their order. */
  private List<OutRecord> passOn(DomainLine line, String id, String text) {
    Heartbeat heartbeat = Heartbeat.parse(text);
    return heartbeat == null
        ? List.of()
        : List.of(
            OutRecord.heartbeat(topics().coldStartRows(), line.model().rowKey(id), heartbeat));
  }

  private void delete(
      DomainLine line, Keys.DomainKey key, InRecord record, ResultFuture<OutRecord> answer) {
    long deletedMs = record.deletedMs();
    List<OutRecord> sent = new ArrayList<>();
    for (String bundle : running().lines().bundles(line)) {
      String rowKey = line.model().withBundle(bundle).rowKey(key.id());
      running().written().put(rowKey, Text.DELETED);
      sent.add(
          OutRecord.tombstone(topics().coldStartRows(), rowKey, deletedMs, record.incarnation()));
    }
    running().stats().tombstones.increment();
    if (deletedMs > 0) {
      DeletionReceipt receipt =
          DeletionReceipt.of(
              DeletionReceipt.COLD_START,
              Deletion.Kind.ITEM,
              key,
              deletedMs,
              System.currentTimeMillis());
      sent.add(OutRecord.receipt(topics().deletionReceipts(), receipt));
    }
    answer.complete(sent);
  }

  private void accept(
      DomainLine line, AcceptedItem item, InRecord record, ResultFuture<OutRecord> answer)
      throws InterruptedException {
    Running now = running();
    String key = line.model().rowKey(item.getItem());
    Text wanted = new Text(item.getIncarnation(), item.getRevision());
    Text present = present(line, key, item.getItem());
    if (present != null && present.covers(wanted)) {
      now.stats().unchanged.increment();
      answer.complete(List.of());
      return;
    }
    now.written().put(key, wanted);
    String text = ItemText.of(item.getTitle(), item.getBrand(), item.getCategoriesList());
    String unfit = line.encoder().unfit(text);
    if (unfit == null) {
      now.batcher().add(new Request(line, item, text, answer));
      return;
    }
    now.stats().fallbacks.increment();
    EmbeddingRow row = line.maker().fallback(item, System.currentTimeMillis());
    answer.complete(List.of(send(line, row), deadLetter(record, ReasonCode.NO_USABLE_TEXT, unfit)));
  }

  /** What this attempt decided last counts before what the topic says. */
  private @Nullable Text present(DomainLine line, String key, String item) {
    Text written = running().written().get(key);
    if (written != null) {
      return written;
    }
    EmbeddingRow cold = line.items().cold(item);
    return cold == null ? null : new Text(cold.getIncarnation(), cold.getRevision());
  }

  private void encode(List<Request> batch) {
    try {
      Map<DomainLine, List<Request>> byLine = new LinkedHashMap<>();
      batch.forEach(r -> byLine.computeIfAbsent(r.line(), l -> new ArrayList<>()).add(r));
      byLine.forEach(this::encode);
    } catch (RuntimeException | Error e) {
      // Fails the job, which starts again from its checkpoint: no item is left out.
      batch.forEach(request -> request.answer().completeExceptionally(e));
    }
  }

  private void encode(DomainLine line, List<Request> requests) {
    float[][] texts = line.encoder().encode(requests.stream().map(Request::text).toList());
    running().stats().encoded.add(requests.size());
    EmbeddingRow[] rows =
        line.maker()
            .make(requests.stream().map(Request::item).toList(), texts, System.currentTimeMillis());
    for (int i = 0; i < rows.length; i++) {
      answer(requests.get(i), send(line, rows[i]));
    }
  }

  /**
   * A task that is stopped with a savepoint takes no more answers: the item stands in the savepoint
   * as under way, and is encoded again when the job goes on. Were it an error, the stop would fail.
   */
  private static void answer(Request request, OutRecord row) {
    try {
      request.answer().complete(List.of(row));
    } catch (RejectedExecutionException e) {
      LOG.info("the job stops before item {} is there", request.item().getItem());
    }
  }

  private OutRecord send(DomainLine line, EmbeddingRow row) {
    running().stats().rows.increment();
    EmbeddingRow stamped = row.toBuilder().setPublishedMs(System.currentTimeMillis()).build();
    return OutRecord.of(
        topics().coldStartRows(), line.model().rowKey(row.getItem()), stamped.toByteArray());
  }

  private OutRecord deadLetter(InRecord record, ReasonCode reason, String detail) {
    running().stats().deadLetters.increment();
    return OutRecord.deadLetter(
        topics().deadLetters(),
        record,
        new DeadLetter(reason, detail, record.topic(), record.partition(), record.offset()));
  }

  private Topics topics() {
    return kafka.topics();
  }

  @Override
  public void close() {
    Running now = running;
    if (now == null) {
      return;
    }
    now.batcher().close();
    now.lines().close();
    running = null;
  }
}
