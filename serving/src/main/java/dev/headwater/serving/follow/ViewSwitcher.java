package dev.headwater.serving.follow;

import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.serving.items.Slice;
import dev.headwater.serving.items.VectorTable;
import dev.headwater.serving.state.Arm;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.serving.state.PinnedTable;
import dev.headwater.serving.state.View;
import dev.headwater.serving.users.BatchingEncoder;
import dev.headwater.serving.users.UserVectorCache;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a view of the announced model beside the one that answers and switches to it when it is
 * whole: encoder opened, and about as many rows as the present view has. Loading has a thread of
 * its own; {@link #tick} comes from the rows' writer.
 */
public final class ViewSwitcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ViewSwitcher.class);
  private static final long RETRY_MS = 1_000;
  private static final long RETRY_MS_MAX = 15_000;
  private static final long CLOSE_OLD_AFTER_MS = 30_000;
  private static final double WHOLE = 0.95;

  private final OpenModels models;
  private final Starter starter;
  private final FollowMetrics metrics;
  private final Pins pins;
  private final Map<Slot, String> wanted = new ConcurrentHashMap<>();
  private final Map<Slot, Prepared> prepared = new ConcurrentHashMap<>();
  private final Map<Domain, AnnouncedState> states = new ConcurrentHashMap<>();

  private final HeldTables held = new HeldTables(this::later, this::closeLater);

  /** Arms whose bundle was retired. */
  private final Set<Slot> retired = ConcurrentHashMap.newKeySet();

  /** Tables of retired bundles: nobody ends an item there any more. */
  private final Set<ModelTable> over = ConcurrentHashMap.newKeySet();

  private final AtomicLong ids = new AtomicLong();

  /** What was answered from before, until requests that began with it have ended. */
  private final Set<Runnable> closing = ConcurrentHashMap.newKeySet();

  private final ScheduledExecutorService executor;
  private final Slice slice;
  private final Gate gate;

  /** Tells whether all who make an answer together have a table. */
  @FunctionalInterface
  public interface Gate {
    /** Nobody else has a part in this node's answers. */
    Gate OPEN = (domain, model, pinned) -> true;

    /**
     * Tells whether they have it.
     *
     * @param pinned the version that the domain is pinned at, 0: the live table
     */
    boolean isOpen(Domain domain, String model, long pinned);
  }

  private record Prepared(String model, ModelLoader.LoadedModel loaded, BatchingEncoder users) {}

  /** A place for a view: the announced model's (no arm) or an arm's. */
  private record Slot(Domain domain, @Nullable Arm arm) {
    @Nullable View view() {
      View own = domain.view(arm);
      return arm == null || own == null || own.model().equals(arm.model()) ? own : null;
    }

    void view(View next) {
      if (arm == null) {
        domain.view(next);
      } else {
        domain.view(arm, next);
      }
    }
  }

  /** Starts the encoding thread of a bundle, and keeps the vectors of a view. */
  public interface Starter {
    /** Starts the encoding thread of a bundle. */
    BatchingEncoder start(ModelLoader.LoadedModel loaded);

    /** Makes what keeps a view's user vectors. */
    UserVectorCache encoding(
        Domain domain, long viewId, VectorTable vectors, BatchingEncoder users);
  }

  /**
   * Creates one.
   *
   * @param loader opens models
   * @param starter starts what encodes users
   * @param metrics counts failures
   * @param pins reads pinned versions; closed with this
   */
  public ViewSwitcher(ModelLoader loader, Starter starter, FollowMetrics metrics, Pins pins) {
    this(loader, starter, metrics, pins, Background.thread("serving-load"));
  }

  /**
   * The same with another place for what is done in the background.
   *
   * @param executor runs one task after the other; shut down with this
   */
  public ViewSwitcher(
      ModelLoader loader,
      Starter starter,
      FollowMetrics metrics,
      Pins pins,
      ScheduledExecutorService executor) {
    this(loader, starter, metrics, pins, Slice.WHOLE, Gate.OPEN, executor);
  }

  /** One for what a shard holds, that switches when all shards can. */
  public ViewSwitcher(
      ModelLoader loader,
      Starter starter,
      FollowMetrics metrics,
      Pins pins,
      Slice slice,
      Gate gate) {
    this(loader, starter, metrics, pins, slice, gate, Background.thread("serving-load"));
  }

  /** The same with all of it. */
  ViewSwitcher(
      ModelLoader loader,
      Starter starter,
      FollowMetrics metrics,
      Pins pins,
      Slice slice,
      Gate gate,
      ScheduledExecutorService executor) {
    this.slice = slice;
    this.gate = gate;
    this.pins = pins;
    this.models = new OpenModels(loader, starter::start);
    this.starter = starter;
    this.metrics = metrics;
    this.executor = executor;
  }

  /** What a domain shall serve is new or has changed. */
  public void announced(Domain domain, AnnouncedState state) {
    pins.announced(domain, state);
    states.put(domain, state);
    want(new Slot(domain, null), state.modelVersion());
    domain.arms().forEach(arm -> want(new Slot(domain, arm), arm.model()));
  }

  /** A bundle was retired: arms of it are answered like the rest from now on. */
  void retired(Domain domain, ModelTable table) {
    String model = table.model();
    over.add(table);
    for (Arm arm : domain.arms()) {
      if (arm.model().equals(model) && retired.add(new Slot(domain, arm))) {
        View before = domain.release(arm);
        if (before != null) {
          LOG.warn("arm {} of {}: {} was retired", arm.name(), domain.name(), model);
          retire(before);
        }
      }
    }
  }

  /** Forgets a table; requests that began with it end with it. */
  void drop(Domain domain, ModelTable table) {
    over.remove(table);
    domain.drop(table);
    closeLater(table::close);
  }

  private void want(Slot slot, String model) {
    if (!retired.contains(slot) && !model.equals(wanted.put(slot, model))) {
      executor.execute(() -> load(slot, model, RETRY_MS));
    }
  }

  private void load(Slot slot, String model, long retryMs) {
    boolean overtaken = !model.equals(wanted.get(slot));
    String domain = slot.domain().name();
    View view = slot.view();
    if (overtaken || (view != null && view.model().equals(model))) {
      return;
    }
    try {
      OpenModels.Open open = models.take(model);
      Prepared ready = new Prepared(model, open.loaded(), open.users());
      Prepared unused = prepared.put(slot, ready);
      if (unused != null) {
        unused.users().close();
      }
      LOG.info("model {} of domain {} is loaded", model, domain);
    } catch (ModelLoader.ModelUnavailableException | RuntimeException e) {
      metrics.onLoadFailure();
      LOG.warn("model {} of domain {}: {}", model, domain, e.toString());
      if (!executor.isShutdown()) { // tried until it is there or another is announced
        later(() -> load(slot, model, Math.min(RETRY_MS_MAX, 2 * retryMs)), retryMs);
      }
    }
  }

  /**
   * Switches where a view is due (the rows' writer calls this about every 50 ms).
   *
   * @param rowsLoaded whether all rows that stood in the topics at the start were taken in
   */
  public void tick(boolean rowsLoaded) {
    states.forEach(
        (domain, state) -> {
          if (state.pinned() && rowsLoaded) {
            pin(domain, state);
          } else if (!state.pinned()) {
            unpin(domain, state);
          }
        });
    prepared.forEach(this::switchIfWhole);
    held.tick();
  }

  /**
   * A pinned version takes the place of the live table when it is read whole, here and by the other
   * shards.
   */
  private void pin(Domain domain, AnnouncedState state) {
    ModelTable live = domain.model(state.modelVersion());
    if (live == null) {
      return;
    }
    PinnedTable read = pins.take(domain);
    if (read != null && read.is(state)) {
      read.begin(live);
      held.take(domain, read);
    } else if (read != null) {
      read.table().close();
    }
    PinnedTable next = held.due(domain, state, table -> isOpen(domain, table));
    if (next != null) {
      answerFrom(domain, next);
      reseat(domain, next.table());
    }
  }

  private void unpin(Domain domain, AnnouncedState state) {
    held.giveUp(domain);
    ModelTable live = domain.model(state.modelVersion());
    PinnedTable before = domain.pinned();
    if (live == null) {
      return;
    }
    live.version(state.announcedVersion());
    if (before != null && before.table().model().equals(live.model())) {
      answerFrom(domain, null);
      reseat(domain, live);
    }
  }

  /** Takes a pinned version's table for the domain's; others may ask for the one before as yet. */
  private void answerFrom(Domain domain, @Nullable PinnedTable next) {
    PinnedTable before = domain.pinned();
    domain.pinned(next);
    if (before != null) {
      held.leave(domain, before);
    }
  }

  /** Answers of a model come from another of its tables, with the encoder that is there. */
  private void reseat(Domain domain, ModelTable table) {
    List<Slot> slots = new ArrayList<>();
    slots.add(new Slot(domain, null));
    domain.arms().forEach(arm -> slots.add(new Slot(domain, arm)));
    for (Slot slot : slots) {
      View now = slot.view();
      if (now != null && now.model().equals(table.model())) {
        show(slot, table, now.users().encoder(), (id, users) -> now.over(id, table, users));
      }
    }
    encodeBehind(domain);
  }

  private void show(
      Slot slot,
      ModelTable table,
      BatchingEncoder encoder,
      BiFunction<Long, UserVectorCache, View> view) {
    long id = ids.incrementAndGet();
    slot.view(view.apply(id, starter.encoding(slot.domain(), id, table.vectors(), encoder)));
    LOG.info(
        "domain {} answers from model {}, version {} ({} rows)",
        slot.domain().name(),
        table.model(),
        table.version(),
        table.vectors().size());
  }

  /**
   * The table that answers of a model come from; null while the version it is pinned at is read.
   */
  private @Nullable ModelTable table(Domain domain, String model) {
    AnnouncedState state = states.get(domain);
    if (state == null || !state.pinned() || !state.modelVersion().equals(model)) {
      return domain.model(model);
    }
    PinnedTable pinned = domain.pinned();
    return pinned == null || !pinned.is(state) ? null : pinned.table();
  }

  private void switchIfWhole(Slot slot, Prepared next) {
    if (retired.contains(slot) || !next.model().equals(wanted.get(slot))) { // announced back
      if (prepared.remove(slot, next)) {
        next.users().close();
      }
      return;
    }
    Domain domain = slot.domain();
    ModelTable table = table(domain, next.model());
    View present = slot.view();
    if (table == null
        || !isWhole(domain, table, present)
        || !mayTakeOver(slot, table)
        || !prepared.remove(slot, next)) {
      return;
    }
    ModelLoader.LoadedModel loaded = next.loaded();
    show(
        slot,
        table,
        next.users(),
        (id, users) ->
            new View(
                id, table, users, loaded.textEncoderId(), loaded.titles(), loaded.logitScale()));
    PinnedTable pinned = domain.pinned();
    if (pinned != null && domain.views().stream().noneMatch(v -> v.table() == pinned.table())) {
      answerFrom(domain, null);
    }
    if (present != null) {
      encodeBehind(domain);
      retire(present);
    }
    String now = wanted.getOrDefault(slot, next.model());
    if (!now.equals(next.model())) { // its loading may have met the view before
      executor.execute(() -> load(slot, now, RETRY_MS));
    }
  }

  /** Makes the vectors of all users, before anybody asks for them. */
  void encodeBehind(Domain domain) {
    if (!slice.isWhole()) {
      return; // what they are encoded from lies on other nodes
    }
    domain
        .users()
        .forEach(
            (user, state) -> {
              View view = domain.view(domain.arm(user));
              if (view != null) {
                view.users().makeBehind(state);
              }
            });
  }

  /** A pinned version has waited for the others before it became the domain's. */
  @SuppressWarnings("ReferenceEquality") // which table it is
  private boolean mayTakeOver(Slot slot, ModelTable table) {
    PinnedTable pinned = slot.domain().pinned();
    return slot.view() == null
        || (pinned != null && pinned.table() == table)
        || isOpen(slot.domain(), table);
  }

  /** The first view of all waits for nobody: others wait for this node. */
  private boolean isOpen(Domain domain, ModelTable table) {
    return domain.view() == null || gate.isOpen(domain, table.model(), domain.pinnedVersion(table));
  }

  /**
   * A pinned version was read to its end, however few rows it has; a live table fills by and by. Of
   * a retired bundle those count that may still be shown: what has ended since goes on lying there.
   */
  @SuppressWarnings("ReferenceEquality") // which table it is
  private boolean isWhole(Domain domain, ModelTable table, @Nullable View present) {
    PinnedTable pinned = domain.pinned();
    if (pinned != null && pinned.table() == table) {
      return true;
    }
    int rows = table.vectors().size();
    if (present == null || (rows == 0 && slice.isWhole())) {
      return rows > 0 || !slice.isWhole();
    }
    ModelTable shown = present.table();
    return rows >= (int) (WHOLE * shown.vectors().size())
        || (over.contains(shown) && rows >= (int) (WHOLE * shown.mayShow(domain)));
  }

  /**
   * Requests that began with the old view end with it. Its table stays and is followed, as on a
   * node that starts now: an operator may go back to the bundle, and no row is ever read twice.
   */
  private void retire(View old) {
    closeLater(() -> old.users().encoder().close());
  }

  private void later(Runnable task, long delayMs) {
    var unused = executor.schedule(task, delayMs, TimeUnit.MILLISECONDS);
  }

  private void closeLater(Runnable close) {
    closing.add(close);
    later(() -> closeNow(close), CLOSE_OLD_AFTER_MS);
  }

  private void closeNow(Runnable close) {
    if (closing.remove(close)) {
      close.run();
    }
  }

  /** Stops loading; closes what waits to be shown or closed. The views' own the service closes. */
  @Override
  public void close() {
    executor.shutdownNow();
    pins.close();
    prepared.values().forEach(ready -> ready.users().close());
    held.close();
    closing.forEach(this::closeNow);
  }
}
