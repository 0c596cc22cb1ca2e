package dev.headwater.jobs.coldstart;

import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.jobs.coldstart.ItemDecisions.Decision;
import dev.headwater.jobs.coldstart.ItemDecisions.Request;
import dev.headwater.jobs.kafka.InRecord;
import dev.headwater.jobs.kafka.OutRecord;
import dev.headwater.jobs.models.ModelWatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns an accepted item into its row. Flink calls {@link #asyncInvoke} on one thread, which
 * decides what is to be done; texts are encoded on the batcher's thread.
 */
final class ColdStartFunction extends RichAsyncFunction<InRecord, OutRecord>
    implements CheckpointedFunction {
  private static final Logger LOG = LoggerFactory.getLogger(ColdStartFunction.class);
  private static final long serialVersionUID = 1L;
  private static final int REMEMBERED = 100_000;

  /** Stands among the domains that are saved once for each subtask that says so. */
  private static final String SUBTASK = "";

  private final String name;
  private final KafkaSettings kafka;
  private final ColdStartConfig config;
  private final TextEncoders encoders;
  private final MatchingModel.Opener models;
  private final ModelWatch.Opener watches;
  private transient @Nullable Running running;
  private transient boolean restored;
  private transient @Nullable MetricGroup metrics;

  /** Domains whose figures are among the metrics. */
  @SuppressWarnings("NullAway.Init") // Set in open.
  private transient Set<String> shown;

  @SuppressWarnings("NullAway.Init") // Set in initializeState, before open.
  private transient ListState<String> filledState;

  @SuppressWarnings("NullAway.Init") // Set in initializeState, before open.
  private transient Set<String> filled;

  /** Texts of a domain that wait to be encoded. */
  @SuppressWarnings("NullAway.Init") // Set in initializeState, before open.
  private transient Map<String, Integer> underWay;

  /** What lives from open to close. */
  private record Running(
      KafkaSurroundings around,
      ItemDecisions decisions,
      Lines lines,
      FirstItems first,
      MicroBatcher<Waiting> batcher) {}

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
    KafkaSurroundings around = new KafkaSurroundings(name + "-topics", kafka);
    try {
      running = begin(stats, around);
    } catch (Exception e) {
      around.close();
      throw e;
    }
    Lines lines = running.lines();
    MetricGroup group = getRuntimeContext().getMetricGroup().addGroup("headwater");
    group.gauge("cold_start_rows_total", stats::rows);
    group.gauge("cold_start_fallback_rows_total", stats::fallbacks);
    group.gauge("cold_start_unchanged_total", stats::unchanged);
    group.gauge("cold_start_rows_refreshed_total", stats::refreshed);
    group.gauge("cold_start_dead_letters_total", stats::deadLetters);
    group.gauge("cold_start_tombstones_total", stats::tombstones);
    group.gauge("cold_start_texts_encoded_total", stats::encoded);
    group.gauge("cold_start_source_recall_ratio", stats::sourceRecall);
    group.gauge("cold_start_domains_waiting", lines::waiting);
    metrics = group;
    shown = new HashSet<>();
  }

  /** A domain's figure from its first item on. */
  private void showDomains() {
    ColdStartStats stats = ColdStartStats.of(name);
    MetricGroup group = metrics;
    if (group == null || stats.domains().size() == shown.size()) {
      return;
    }
    for (String domain : stats.domains()) {
      if (shown.add(domain)) {
        group
            .addGroup("domain", domain)
            .gauge("cold_start_known_words_ratio", () -> stats.knownWords(domain));
      }
    }
  }

  /** Opens all that lives until it is closed; nothing of it is left where that fails. */
  private Running begin(ColdStartStats stats, KafkaSurroundings around) throws Exception {
    WrittenRows written = new WrittenRows(REMEMBERED);
    Lines lines =
        Lines.open(name, around, config, models, encoders, watches.open(name + "-models"), written);
    ItemDecisions decisions = new ItemDecisions(around, stats, lines, written);
    FirstItems first = new FirstItems(around, decisions);
    boolean isFirst = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0;
    lines.fillWith(first, restored ? filled : lines.filled(), isFirst);
    lines.start();
    MicroBatcher<Waiting> batcher =
        new MicroBatcher<>(
            name + "-batcher",
            config.settings().inFlight() + 1,
            config.settings().batchSize(),
            (int) config.settings().batchWait().toMillis(),
            this::encode);
    return new Running(around, decisions, lines, first, batcher);
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    filledState =
        context
            .getOperatorStateStore()
            .getUnionListState(new ListStateDescriptor<>("filled-domains", Types.STRING));
    restored = context.isRestored();
    underWay = new ConcurrentHashMap<>();
    List<String> saved = new ArrayList<>();
    filledState.get().forEach(saved::add);
    filled = ofAll(saved);
    if (saved.isEmpty()) {
      // Of a release that served those it was given alone, from the beginning of the topic.
      config.served().configured().forEach(each -> filled.add(each.domain()));
    }
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    running().lines().requireHealthy(); // also where no item comes
    List<String> own = new ArrayList<>(running().lines().filled());
    own.add(SUBTASK);
    filledState.update(own);
  }

  /** Of an older release the first subtask alone says it, and leaves no mark. */
  static Set<String> ofAll(List<String> saved) {
    Map<String, Integer> said = new HashMap<>();
    saved.forEach(each -> said.merge(each, 1, Integer::sum));
    Integer marks = said.remove(SUBTASK);
    said.values().removeIf(count -> marks != null && count < marks);
    return new HashSet<>(said.keySet());
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
    if (isMoreThanItsShare(record)) {
      answer.complete(List.of());
      return;
    }
    running().lines().requireHealthy();
    Decision decision = running().decisions().decide(record);
    showDomains();
    if (decision.request() == null) {
      answer.complete(decision.answer());
    } else {
      underWay.merge(decision.request().line().model().domain(), 1, Integer::sum);
      running().batcher().add(new Waiting(decision.request(), answer));
    }
  }

  /**
   * What one domain sends beyond it is left aside, so that the others' items do not wait for it.
   */
  private boolean isMoreThanItsShare(InRecord record) {
    Lines lines = running().lines();
    if (record.value() == null || lines.size() < 2 || config.settings().parallelism() > 1) {
      return false;
    }
    String key = record.keyText();
    String domain = key.substring(0, Math.max(0, key.indexOf('/')));
    boolean more =
        lines.get(domain) != null
            && underWay.getOrDefault(domain, 0) >= Math.max(1, config.settings().inFlight() / 4);
    if (more) {
      lines.leaveAside(domain);
    }
    return more;
  }

  private void encode(List<Waiting> batch) {
    try {
      Map<DomainLine, List<Waiting>> byLine = new LinkedHashMap<>();
      batch.forEach(
          each -> byLine.computeIfAbsent(each.request().line(), l -> new ArrayList<>()).add(each));
      byLine.forEach(this::encode);
      byLine.forEach(
          (line, done) -> underWay.merge(line.model().domain(), -done.size(), Integer::sum));
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
    now.first().close();
    now.around().close();
    running = null;
  }
}
