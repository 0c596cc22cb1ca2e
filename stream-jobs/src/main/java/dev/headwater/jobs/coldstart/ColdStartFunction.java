package dev.headwater.jobs.coldstart;

import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.jobs.coldstart.ItemDecisions.Decision;
import dev.headwater.jobs.coldstart.ItemDecisions.Request;
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
  private record Running(ItemDecisions decisions, Lines lines, MicroBatcher<Waiting> batcher) {}

  /** Somebody waits for the row. */
  private record Waiting(Request request, ResultFuture<OutRecord> answer) {}

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
    Surroundings around = new KafkaSurroundings(kafka);
    MicroBatcher<Waiting> batcher =
        new MicroBatcher<>(
            name + "-batcher",
            config.settings().inFlight() + 1,
            config.settings().batchSize(),
            (int) config.settings().batchWait().toMillis(),
            this::encode);
    WrittenRows written = new WrittenRows(REMEMBERED);
    Lines lines =
        Lines.open(name, around, config, models, encoders, watches.open(name + "-models"), written)
            .start();
    running = new Running(new ItemDecisions(around, stats, lines, written), lines, batcher);
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
    Decision decision = running().decisions().decide(record);
    if (decision.request() == null) {
      answer.complete(decision.answer());
    } else {
      running().batcher().add(new Waiting(decision.request(), answer));
    }
  }

  private void encode(List<Waiting> batch) {
    try {
      Map<DomainLine, List<Waiting>> byLine = new LinkedHashMap<>();
      batch.forEach(
          each -> byLine.computeIfAbsent(each.request().line(), l -> new ArrayList<>()).add(each));
      byLine.forEach(this::encode);
    } catch (RuntimeException | Error e) {
      // Fails the job, which starts again from its checkpoint: no item is left out.
      batch.forEach(each -> each.answer().completeExceptionally(e));
    }
  }

  private void encode(DomainLine line, List<Waiting> batch) {
    List<OutRecord> rows =
        running().decisions().encode(line, batch.stream().map(Waiting::request).toList());
    for (int i = 0; i < rows.size(); i++) {
      answer(batch.get(i), rows.get(i));
    }
  }

  /**
   * A task that is stopped with a savepoint takes no more answers: the item stands in the savepoint
   * as under way, and is encoded again when the job goes on. Were it an error, the stop would fail.
   */
  private static void answer(Waiting waiting, OutRecord row) {
    try {
      waiting.answer().complete(List.of(row));
    } catch (RejectedExecutionException e) {
      LOG.info("the job stops before item {} is there", waiting.request().item().getItem());
    }
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
