package dev.headwater.jobs.finetune;

import dev.headwater.events.Topics;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.online.Steps;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.kafka.OutRecord;
import dev.headwater.jobs.models.ModelWatch;
import dev.headwater.jobs.models.ServedDomains;
import dev.headwater.tracing.Tracing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * Owns a shard's rows, of one domain or of many. Domains learn in turns, in one pass through the
 * encoder where it is the same: so a domain costs its rows and clicks, and one with many clicks
 * does not keep the others waiting. Rows go to keyed state before each checkpoint barrier, each
 * under its own key: doing that in {@code snapshotState} would lose rows, for there is no key to
 * write under. Rows of other shards and new cold rows come from a feed beside the stream, read to
 * its end before the domain's first example and never checkpointed.
 */
final class FineTuneOperator extends AbstractStreamOperator<OutRecord>
    implements OneInputStreamOperator<ForOwner, OutRecord> {
  static final String ROWS = "rows";

  private static final long serialVersionUID = 1L;
  private static final long TICK_MS = 20;

  /** Where much waits the next turn comes at once, but for what came in meanwhile. */
  private static final long HURRY_MS = 4;

  private final String jobName;
  private final ServedDomains served;
  private final StateKeys keys;
  private final FineTuneConfig.Settings settings;
  private final Topics topics;
  private final FineTuneJob.Beside ports;

  @SuppressWarnings("NullAway.Init") // Set in initializeState, before open.
  private transient Map<String, DomainOwner> owners;

  private transient @Nullable ModelWatch watch;
  private transient @Nullable ModelOpener<Session.Prepared> opener;
  private transient @Nullable OwnerMetrics figures;
  private transient DomainOwner.@Nullable Place place;
  private transient Tracing tracing = Tracing.OFF;
  private transient boolean closing;
  private transient boolean restored;
  private transient Map<String, String> savedBundles = Map.of();
  private transient long lookedMs;
  private transient int turn;

  @SuppressWarnings("NullAway.Init") // Set in initializeState, before open.
  private transient OwnerState state;

  @SuppressWarnings("NullAway.Init") // Set in initializeState, before open.
  private transient DomainCounts clocks;

  @SuppressWarnings("NullAway.Init") // Set in initializeState, before open.
  private transient DomainCounts clocksUntil;

  @SuppressWarnings("NullAway.Init") // Set in initializeState, before open.
  private transient WholeState whole;

  FineTuneOperator(
      String jobName,
      ServedDomains served,
      FineTuneConfig.Settings settings,
      Topics topics,
      FineTuneJob.Beside ports) {
    this.jobName = jobName;
    this.served = served;
    this.keys = new StateKeys(served.only());
    this.settings = settings;
    this.topics = topics;
    this.ports = ports;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    var bytes = PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO;
    var keyed = context.getKeyedStateStore();
    state =
        new OwnerState(
            keys,
            this::setCurrentKey,
            this::keys,
            keyed.getState(new ValueStateDescriptor<>(ROWS, bytes)),
            keyed.getState(new ValueStateDescriptor<>("ranker", bytes)),
            keyed.getListState(new ListStateDescriptor<>("parked", bytes)),
            !getKeyedStateBackend().isSafeToReuseKVState());
    clocks = DomainCounts.restore("domain-clock", served.only(), context.getOperatorStateStore());
    clocksUntil =
        DomainCounts.restore("clock-until", served.only(), context.getOperatorStateStore());
    restored = context.isRestored();
    whole = new WholeState(this, context.getOperatorStateStore());
  }

  @Override
  public void open() throws Exception {
    super.open();
    owners = new TreeMap<>();
    tracing = ports.tracing().open(FineTuneJob.SERVICE);
    ModelWatch now = ports.switching().watch().open(jobName + "-models");
    watch = now;
    opener = new ModelOpener<>(jobName, ports, served, Session.Prepared::of);
    whole.writeWhereDivided(() -> state.clearNothing(this::owns));
    place =
        new DomainOwner.Place(
            jobName,
            topics,
            settings,
            state,
            this::owns,
            this::emit,
            new RowTracing(tracing),
            getRuntimeContext().getTaskInfo().getIndexOfThisSubtask(),
            this::nowMs,
            served.isOne() ? null : new RankBudget(settings.scoring().perSecond()));
    figures =
        new OwnerMetrics(getRuntimeContext().getMetricGroup(), () -> served.waiting(now).size());
    savedBundles = restored ? state.bundles() : Map.of();
    openPresent(now);
    scheduleTick(TICK_MS);
  }

  /** Those that have a model now are loaded before the first example. */
  private void openPresent(ModelWatch now) throws Exception {
    List<DomainOwner> opened = new ArrayList<>();
    for (DomainModel model : served.present(now)) {
      try {
        DomainOwner owner = owner(model.domain());
        if (!beginWithSaved(owner, model, now)) {
          owner.begin(model, opener().openNow(model));
        }
        opened.add(owner);
      } catch (Exception e) {
        if (served.isOne()) {
          throw e;
        }
        LOG.error("{}: domain {} waits", jobName, model.domain(), e);
        opener().refused(model);
      }
    }
    awaitLoaded(opened);
  }

  /**
   * A domain goes on with the bundle that its state was learned with, and switches then as it would
   * have: what its rows had not sent goes out first. False where there is no other, or no more.
   */
  private boolean beginWithSaved(DomainOwner owner, DomainModel model, ModelWatch now)
      throws Exception {
    String saved = savedBundles.getOrDefault(model.domain(), "");
    if (saved.isEmpty() || saved.equals(model.bundleId()) || now.isRetired(model.domain(), saved)) {
      return false;
    }
    Session.Prepared prepared;
    try {
      prepared = opener().openNow(model.withBundle(saved));
    } catch (Exception e) {
      LOG.warn("{}: {} cannot be had any more: its rows stay as sent", jobName, saved, e);
      return false;
    }
    owner.begin(model.withBundle(saved), prepared);
    return true;
  }

  /**
   * Waits until the rows that stood in the topics are read. One pass over the topics serves all
   * domains and hands rows over through bounded inboxes: while one is waited for, the others' are
   * emptied too, or the pass would stand still.
   */
  private void awaitLoaded(List<DomainOwner> opened) throws Exception {
    long deadline = System.nanoTime() + settings.loadTimeout().toNanos();
    while (!opened.stream().allMatch(DomainOwner::isLoaded)) {
      boolean came = false;
      for (DomainOwner owner : opened) {
        came |= owner.drain();
      }
      if (came) {
        deadline = System.nanoTime() + settings.loadTimeout().toNanos();
      } else if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "no row of the embedding topics was read within " + settings.loadTimeout());
      } else {
        TimeUnit.MILLISECONDS.sleep(HURRY_MS);
      }
    }
    for (DomainOwner owner : opened) {
      boolean more;
      do {
        more = owner.saveLoaded(); // nothing is learned yet that would have to wait
      } while (more);
    }
  }

  private ModelOpener<Session.Prepared> opener() {
    ModelOpener<Session.Prepared> now = opener;
    if (now == null) {
      throw new IllegalStateException("not open");
    }
    return now;
  }

  private OwnerMetrics figures() {
    OwnerMetrics now = figures;
    if (now == null) {
      throw new IllegalStateException("not open");
    }
    return now;
  }

  private DomainOwner owner(String domain) {
    DomainOwner known = owners.get(domain);
    if (known == null) {
      DomainOwner.Place here = place;
      if (here == null) {
        throw new IllegalStateException("not open");
      }
      FineTuneStats stats = FineTuneJob.stats(jobName, served, domain);
      EventClock clock = new EventClock(clocks.get(domain, -1), clocksUntil.get(domain, -1));
      known = new DomainOwner(domain, here, stats, clock, restored);
      owners.put(domain, known);
      RankBudget shared = here.budget();
      if (shared != null) {
        shared.shareBy(owners.size());
      }
      figures().show(domain, stats);
    }
    return known;
  }

  private boolean owns(String key) {
    return OwnKeys.has(getRuntimeContext().getTaskInfo(), key);
  }

  private List<String> keys(String name) {
    try (Stream<String> all =
        this.<String>getKeyedStateBackend().getKeys(name, VoidNamespace.INSTANCE)) {
      return all.sorted().toList();
    }
  }

  @Override
  public void processElement(StreamRecord<ForOwner> element) throws Exception {
    ForOwner sent = element.getValue();
    owner(keys.domain(sent.route())).take(sent);
  }

  private void scheduleTick(long inMs) {
    // An exception in the tick fails the task; the future itself says nothing more.
    var unused = getProcessingTimeService().registerTimer(nowMs() + inMs, time -> tick());
  }

  private void tick() throws Exception {
    if (closing) {
      return;
    }
    lookForModels();
    for (DomainOwner owner : owners.values()) {
      owner.tick();
    }
    scheduleTick(served.isOne() || !learnInTurns() ? TICK_MS : HURRY_MS);
  }

  private void lookForModels() throws Exception {
    ModelWatch now = watch;
    if (now == null || (!served.isOne() && nowMs() - lookedMs < ModelOpener.LOOK_MS)) {
      return;
    }
    lookedMs = nowMs();
    now.requireHealthy();
    List<String> waiting = served.waiting(now);
    FineTuneStats.of(jobName).withoutModel(waiting);
    figures().waiting(waiting, FineTuneStats.of(jobName));
    for (DomainModel model : served.present(now)) {
      if (owner(model.domain()).mayBegin(model)) {
        Session.Prepared prepared = served.isOne() ? opener().openNow(model) : opener().open(model);
        if (prepared != null) {
          owner(model.domain()).begin(model, prepared);
          if (served.isOne()) {
            awaitLoaded(List.of(owner(model.domain())));
          }
        }
      }
    }
  }

  /**
   * One turn of each domain in which something is due; those with the same encoder learn together.
   * Tells whether more waits.
   */
  private boolean learnInTurns() {
    List<DomainOwner> due =
        owners.values().stream()
            .filter(owner -> owner.isLoaded() && owner.learner().isDue(nowMs()))
            .collect(Collectors.toCollection(ArrayList::new));
    if (due.isEmpty()) {
      return false;
    }
    Collections.rotate(due, -(turn++ % due.size())); // whoever comes first has the budget first
    Map<SequenceEncoder, List<Lesson>> lessons = new LinkedHashMap<>();
    for (DomainOwner owner : due) {
      Learner learner = owner.learner();
      lessons
          .computeIfAbsent(learner.tables().encoder(), encoder -> new ArrayList<>())
          .add(learner.begin(Steps.MOST * settings.batchSize(), due.size()));
    }
    lessons.values().forEach(Lesson::learn);
    return due.stream().anyMatch(owner -> owner.learner().waiting() > 0);
  }

  private void emit(OutRecord record) {
    output.collect(new StreamRecord<>(record));
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    for (DomainOwner owner : owners.values()) {
      clocks.put(owner.domain(), owner.tickAfterHeld());
      clocksUntil.put(owner.domain(), owner.clock().countedUntil());
    }
    clocks.save();
    clocksUntil.save();
    whole.save();
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    while (owners.values().stream().anyMatch(o -> o.isLoaded() && o.learner().waiting() > 0)) {
      learnAll();
    }
    for (DomainOwner owner : owners.values()) {
      owner.save(checkpointId);
    }
    whole.changed(state.takeChanged());
    whole.writeWhereDue();
  }

  private void learnAll() {
    Map<SequenceEncoder, List<Lesson>> lessons = new LinkedHashMap<>();
    List<DomainOwner> all =
        owners.values().stream().filter(o -> o.isLoaded() && o.learner().waiting() > 0).toList();
    for (DomainOwner owner : all) {
      lessons
          .computeIfAbsent(owner.learner().tables().encoder(), encoder -> new ArrayList<>())
          .add(owner.learner().begin(Integer.MAX_VALUE, all.size()));
    }
    lessons.values().forEach(Lesson::learn);
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    super.notifyCheckpointComplete(checkpointId);
    owners.values().forEach(owner -> owner.confirmDeleted(checkpointId));
  }

  /** A bounded run ends: learn and send what is left. */
  @Override
  public void finish() throws Exception {
    owners.values().stream().filter(DomainOwner::isLoaded).forEach(DomainOwner::finish);
    super.finish();
  }

  private long nowMs() {
    return getProcessingTimeService().getCurrentProcessingTime();
  }

  @Override
  public void close() throws Exception {
    closing = true;
    if (owners != null) {
      owners.values().forEach(DomainOwner::close);
      owners.clear();
    }
    ModelOpener<Session.Prepared> opening = opener;
    if (opening != null) {
      opening.close();
      opener = null;
    }
    ModelWatch watching = watch;
    if (watching != null) {
      watching.close();
      watch = null;
    }
    OwnerMetrics showing = figures;
    if (showing != null) {
      showing.close();
      figures = null;
    }
    if (tracing != null) { // null where the task ended before it was opened
      tracing.close();
    }
    if (whole != null) {
      whole.close();
    }
    super.close();
  }
}
