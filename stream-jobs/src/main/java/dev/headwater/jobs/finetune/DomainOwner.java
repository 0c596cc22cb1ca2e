package dev.headwater.jobs.finetune;

import dev.headwater.events.Heartbeat;
import dev.headwater.events.Topics;
import dev.headwater.events.wire.QualityWindow;
import dev.headwater.idp.rank.RankerCodec;
import dev.headwater.idp.rank.RankerState;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.kafka.OutRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One domain in the owner's operator: its learner with the bundle of the moment, what waits while
 * its rows are read, and what of it is saved. The working copy lives in tensors; before each
 * checkpoint barrier the rows touched since the last one go to keyed state. For the task's thread.
 */
final class DomainOwner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DomainOwner.class);

  /** Where its own rows come back as fast as they are read, the topics are hardly ever read. */
  private static final Duration LEVEL_WAIT = Duration.ofSeconds(2);

  /** By then an item has ended under every bundle. */
  private static final long TOMBSTONES_LIVE_MS = Duration.ofDays(8).toMillis();

  private final String domain;
  private final Place place;
  private final FineTuneStats stats;
  private final Set<String> parkedKeys = new HashSet<>();
  private final OwedReceipts receipts;
  private final SavedRows saved;
  private final HeartbeatGate heartbeats = new HeartbeatGate();
  private final List<TrainingExample> held = new ArrayList<>();
  private @Nullable Session running;
  private @Nullable Former former;
  private boolean loaded;
  private boolean restored;
  private boolean tookSaved;
  private final EventClock clock;
  private long windowBeganMs;
  private long leavingMs;

  /** What goes on under the next bundle. */
  private record Former(Map<String, ClicksRead> counted, RankerState weights) {}

  /**
   * Where domains of an operator are.
   *
   * @param job its name
   * @param topics their names
   * @param settings how it learns
   * @param state what is kept over restarts
   * @param owns tells which keys this shard owns
   * @param out takes records
   * @param tracing makes spans
   * @param shard this subtask
   * @param nowMs the time
   * @param budget of ranking, shared by all domains; null in a job of one
   */
  record Place(
      String job,
      Topics topics,
      FineTuneConfig.Settings settings,
      OwnerState state,
      Predicate<String> owns,
      Consumer<OutRecord> out,
      RowTracing tracing,
      int shard,
      LongSupplier nowMs,
      @Nullable RankBudget budget) {}

  /**
   * A domain that does not learn yet.
   *
   * @param clock by which it counts
   * @param restored whether anything of it may stand in the state
   */
  DomainOwner(String domain, Place place, FineTuneStats stats, EventClock clock, boolean restored) {
    this.domain = domain;
    this.place = place;
    this.stats = stats;
    this.clock = clock;
    receipts = new OwedReceipts(domain);
    saved = new SavedRows(domain, place.state());
    this.restored = restored;
    stats.waiting.set(0);
    windowBeganMs = now();
  }

  private long now() {
    return place.nowMs().getAsLong();
  }

  String domain() {
    return domain;
  }

  FineTuneStats stats() {
    return stats;
  }

  EventClock clock() {
    return clock;
  }

  /** What the clock shows once all that is held has passed, below 0 where nothing says. */
  long tickAfterHeld() {
    return clock.tickAfter(unpassed(held));
  }

  private static long unpassed(List<TrainingExample> examples) {
    return examples.stream().filter(example -> example.tick() < 0).count();
  }

  /** Returns the bundle that it learns with, or is about to, null for none. */
  @Nullable DomainModel model() {
    Session now = running;
    return now == null ? null : now.config().model();
  }

  boolean isLoaded() {
    return loaded;
  }

  /**
   * Tells whether it is to change to a bundle now. Before it leaves one it reads what stands in
   * that one's topics, for a while: a rollback, or an attempt that goes on beside it, has the last
   * word there over rows that it learned without knowing, and it sends them again.
   */
  boolean mayBegin(DomainModel wanted) {
    Session now = running;
    if (now == null || wanted.equals(model())) {
      leavingMs = 0;
      return now == null;
    }
    leavingMs = leavingMs == 0 ? now() : leavingMs;
    return loaded && (now.feed().isLevel() || Elapsed.isOver(leavingMs, now(), LEVEL_WAIT));
  }

  private Session running() {
    Session now = running;
    if (now == null) {
      throw new IllegalStateException("domain " + domain + " has no model");
    }
    return now;
  }

  /** Returns its learner, once it is loaded. */
  Learner learner() {
    return running().learner();
  }

  /**
   * Begins to read the rows of a bundle. Another one's rows mean nothing under it. What waits for a
   * row goes on waiting, for ColdStartJob makes the new bundle's rows meanwhile.
   */
  void begin(DomainModel model, Session.Prepared prepared) throws Exception {
    Session old = running;
    Map<String, Long> deleted = Map.of();
    if (old != null) {
      old.learner().takeDeleted().forEach(receipts::owe);
      deleted = old.learner().rows().deletedItems().since(now() - TOMBSTONES_LIVE_MS);
    }
    if (old != null && loaded) {
      boolean unused = drain();
      old.learner().learn();
      old.publisher().flush(now());
      saveParked();
      former = new Former(old.learner().counting().carried(), old.learner().ranker().state());
      leaveRows(old.learner());
      restored = true;
      tookSaved = false;
    }
    close();
    loaded = false;
    running =
        Session.begin(
            new Session.Context(
                place.job(),
                place.topics().fineTunedRows(),
                item -> place.owns().test(place.state().keys().of(domain, item)),
                place.out(),
                place.tracing()),
            new FineTuneConfig(model, place.settings()),
            stats,
            prepared,
            now());
    running().learner().rows().deletedItems().carry(deleted);
    RankBudget budget = place.budget();
    if (budget != null) {
      running().learner().shareTurns(budget);
    }
  }

  /** Rows end with their bundle; what was read and counted of clicks is the same under the next. */
  private void leaveRows(Learner learner) throws Exception {
    for (String item : place.state().items(domain)) {
      place.state().clearRow(domain, item);
    }
    Map<String, ClicksRead> read = StateFormat.keepsClicksRead() ? learner.left() : Map.of();
    for (Map.Entry<String, ClicksRead> each : read.entrySet()) {
      place.state().saveRow(domain, each.getKey(), each.getValue().encode());
    }
  }

  /** Takes in rows that were read; ends loading where all are. Tells whether any came. */
  boolean drain() throws Exception {
    Session now = running;
    if (now == null) {
      return false;
    }
    now.feed().requireHealthy();
    boolean caughtUp = now.feed().isCaughtUp();
    boolean came = now.inbox().drain(row -> now.learner().onRow(row, now()));
    if (!loaded && caughtUp) {
      load(now);
    }
    return came;
  }

  private void load(Session now) throws Exception {
    OwnerState state = place.state();
    Learner learner = now.learner();
    String bundle = now.config().model().bundleId();
    Loading loading = new Loading(learner, now.publisher(), bundle);
    for (String item : restored ? state.items(domain) : List.<String>of()) {
      byte[] bytes = state.row(domain, item);
      byte[] kept = bytes == null ? null : loading.take(item, bytes);
      if (kept == null) {
        state.clearRow(domain, item);
      } else if (kept != bytes) {
        state.saveRow(domain, item, kept);
      }
    }
    byte[] weights = learner.rankerRow().isOwned() ? state.ranker(domain) : null;
    if (weights != null) {
      learner.rankerRow().restore(weights, bundle);
    }
    loading.end(now());
    learner.counting().goOnBy(clock);
    takeSaved();
    goOn(learner);
    saved.loaded(learner);
    loaded = true;
    LOG.info(
        "{}: domain {}, model {}, {} rows, {} examples parked",
        place.job(),
        domain,
        bundle,
        learner.rows().size(),
        learner.parked().size());
  }

  private void goOn(Learner learner) {
    Former before = former;
    if (before != null) {
      if (!StateFormat.keepsCountsLeft()) { // else they came with the state
        learner.carry(before.counted());
      }
      learner.rankerRow().carry(before.weights());
      former = null;
    }
    held.forEach(example -> learner.onExample(example, now()));
    held.clear();
  }

  /** Takes what was sent to it. */
  void take(ForOwner sent) throws Exception {
    TrainingExample event = sent.event();
    if (event != null) {
      stats.underWay.decrementAndGet();
      take(event);
    }
    if (sent.step() != null) {
      take(WorkedStepCodec.read(sent.step()));
    }
  }

  /**
   * Rows of another bundle say nothing here: its events are learned as those that nobody worked.
   */
  private void take(WorkedStepCodec.Received step) throws Exception {
    DomainModel model = model();
    if (loaded && model != null && model.bundleId().equals(step.bundleId())) {
      drain();
      learner().onStep(step, now());
      return;
    }
    for (TrainingExample event : step.events()) {
      take(event);
    }
  }

  /** Takes an example or a heartbeat; what comes before rows are read is held. */
  private void take(TrainingExample example) throws Exception {
    Heartbeat heartbeat = example.isHeartbeat() ? Heartbeat.parse(example.eventId()) : null;
    if (heartbeat != null) {
      heartbeats.arrived(example.target(), heartbeat, now());
      return;
    }
    if (!loaded) {
      held.add(example);
      return;
    }
    drain();
    learner().onExample(example, now());
  }

  /** Examples that wait to be learned: not those whose row is missing. */
  int waiting() {
    return loaded ? learner().waiting() : held.size();
  }

  /** Does what is due but learning in turns, which the operator sees to. */
  void tick() throws Exception {
    drain();
    boolean unused = saveLoaded();
    Session now = running;
    if (now != null && loaded) {
      now.learner().onTick(now());
      heartbeats.release(now, now(), (id, beat) -> place.out().accept(heartbeat(now, id, beat)));
      if (Elapsed.isOver(windowBeganMs, now(), place.settings().scoring().window())) {
        windowBeganMs = now();
        report();
      }
    }
    stats.waiting.set(waiting());
  }

  private OutRecord heartbeat(Session now, String id, Heartbeat beat) {
    return OutRecord.heartbeat(
        place.topics().fineTunedRows(), now.config().model().rowKey(id), beat);
  }

  private void report() {
    Session now = running();
    QualityWindow window =
        now.learner()
            .meter()
            .endWindow(now())
            .setDomain(domain)
            .setModel(now.config().model().bundleId())
            .setShard(place.shard())
            .setShards(place.settings().shards())
            .setExamplesLearned(now.learner().learned())
            .setExamplesParked(now.learner().parked().size())
            .setExamplesDropped(now.learner().dropped())
            .build();
    stats.quality(window);
    place.out().accept(OutRecord.of(place.topics().quality(), domain, window.toByteArray()));
  }

  /** Writes to keyed state what changed since the last checkpoint; all was learned before. */
  void save(long checkpointId) throws Exception {
    if (!loaded) {
      saveHeld();
      receipts.confirmWith(checkpointId);
      return;
    }
    Session now = running();
    saved.save(now);
    if (now.learner().rankerRow().isOwned()) {
      place
          .state()
          .saveRanker(domain, now.learner().rankerRow().save(now.config().model().bundleId()));
    }
    saveParked();
    now.learner().takeDeleted().forEach(receipts::owe);
    receipts.confirmWith(checkpointId);
  }

  /** Saves some of the rows that came with loading; tells whether there are more. */
  boolean saveLoaded() throws Exception {
    Session now = running;
    return now != null && loaded && saved.saveLoaded(now);
  }

  private void saveParked() throws Exception {
    for (String key : parkedKeys) {
      place.state().clearParked(key);
    }
    parkedKeys.clear();
    add(learner().parked().all());
  }

  private void saveHeld() throws Exception {
    takeSaved();
    for (String key : parkedKeys) {
      place.state().clearParked(key);
    }
    parkedKeys.clear();
    add(held);
  }

  /** What is held waits behind what was saved. */
  private void takeSaved() throws Exception {
    List<TrainingExample> saved = new ArrayList<>();
    for (String key :
        restored && !tookSaved ? place.state().parkedKeys(domain) : List.<String>of()) {
      parkedKeys.add(key);
      for (byte[] bytes : place.state().parked(key)) {
        TrainingExample example = ExampleCodec.read(bytes);
        String ofTarget = place.state().keys().of(domain, example.target());
        saved.add(example.withRoute(key, key.equals(ofTarget)));
      }
    }
    saved.sort(Comparator.comparingLong(TrainingExample::number));
    clock.takeBack(unpassed(saved));
    held.addAll(0, saved);
    tookSaved = true;
  }

  private void add(List<TrainingExample> examples) throws Exception {
    for (TrainingExample example : examples) {
      place.state().addParked(example.route(), ExampleCodec.write(example));
      parkedKeys.add(example.route());
    }
  }

  /** What was deleted is gone once a checkpoint without it is complete. */
  void confirmDeleted(long checkpointId) {
    String topic = place.topics().deletionReceipts();
    receipts.completed(
        checkpointId, now(), receipt -> place.out().accept(OutRecord.receipt(topic, receipt)));
  }

  /** A bounded run ends: learns and sends what is left. */
  void finish() {
    Session now = running();
    now.learner().learn();
    stats.table(now.learner().rows().size(), checksum(now.learner()));
    now.publisher().flush(now());
    now.learner().rankerRow().flush(now(), now.publisher());
    now.learner().takeDeleted().forEach(receipts::owe);
    receipts.confirmWith(Long.MAX_VALUE);
    confirmDeleted(Long.MAX_VALUE);
    report();
  }

  /** Of rows, counts and the weights learned here. */
  private static long checksum(Learner learner) {
    CRC32C crc = new CRC32C();
    learner.rows().checksum(crc);
    if (learner.rankerRow().isOwned()) {
      crc.update(RankerCodec.encode(learner.ranker().state()));
    }
    return crc.getValue();
  }

  @Override
  public void close() {
    Session now = running;
    if (now != null) {
      running = null;
      now.close();
    }
  }
}
