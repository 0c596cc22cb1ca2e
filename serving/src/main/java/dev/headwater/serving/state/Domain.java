package dev.headwater.serving.state;

import dev.headwater.client.answers.Denial;
import dev.headwater.events.MergedRow;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.online.RecentPopularity;
import dev.headwater.idp.rank.RankerWeights;
import dev.headwater.serving.items.ItemIds;
import dev.headwater.serving.items.PackedRecords;
import dev.headwater.serving.items.PerCode;
import dev.headwater.serving.items.StateInput;
import dev.headwater.serving.items.StateOutput;
import dev.headwater.serving.users.UserTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All that a node knows of one domain. Safe for concurrent use. */
public final class Domain {
  private final String name;
  private final ItemIds ids;
  private final CatalogEntries catalog;
  private final UserTable users;
  private final RecentPopularity<Integer> popularity;
  private final ConcurrentHashMap<String, ModelTable> models = new ConcurrentHashMap<>();
  private final Map<String, EmbeddingRow> earlyWeights = new HashMap<>();
  private final PerCode<Denial> denials = new PerCode<>();
  private final AtomicInteger denied = new AtomicInteger();
  private final AtomicLong newestEventMs = new AtomicLong();
  private final List<Arm> arms;
  private final ConcurrentHashMap<Arm, View> armViews = new ConcurrentHashMap<>();
  private volatile @Nullable View view;
  private volatile @Nullable PinnedTable pinned;
  private final List<PinnedTable> held = new CopyOnWriteArrayList<>();
  private volatile @Nullable AnnouncedState announced;

  /** Creates an empty domain that keeps its items in memory. */
  public Domain(String name, UserTable users, int popularityWindow, List<Arm> arms) {
    this(name, PackedRecords::inMemory, users, popularityWindow, arms);
  }

  /**
   * Creates an empty domain.
   *
   * @param records where identifiers and entries of the catalog go
   * @param users of the domain
   * @param popularityWindow interactions that popularity looks back over
   * @param arms of a comparison of models
   */
  public Domain(
      String name,
      Supplier<PackedRecords> records,
      UserTable users,
      int popularityWindow,
      List<Arm> arms) {
    this.ids = new ItemIds(records.get());
    this.catalog = new CatalogEntries(records.get());
    this.name = name;
    this.arms = List.copyOf(arms);
    this.users = users;
    this.popularity = new RecentPopularity<>(popularityWindow);
  }

  /** Returns the domain's name. */
  public String name() {
    return name;
  }

  /** Returns the codes of its items. */
  public ItemIds ids() {
    return ids;
  }

  /** Returns its users. */
  public UserTable users() {
    return users;
  }

  /** Takes note of an event's time, Unix milliseconds. */
  public void happened(long eventTimeMs) {
    newestEventMs.accumulateAndGet(eventTimeMs, Math::max);
  }

  /**
   * Returns how long ago something happened, in milliseconds of event time: by the newest event of
   * the domain, so that a replay of old events is answered as they were learned. Below 0 where no
   * event is known, as of a history that a deletion left over.
   */
  public long sinceMs(long eventTimeMs) {
    return eventTimeMs <= 0
        ? RankerWeights.UNKNOWN
        : Math.max(0, newestEventMs.get() - eventTimeMs);
  }

  /** Returns what was taken lately. */
  public RecentPopularity<Integer> popularity() {
    return popularity;
  }

  /**
   * Returns what the catalog says of an item, or null when it never named it; it is made anew for
   * each who asks.
   */
  public @Nullable CatalogEntry catalog(int code) {
    return catalog.get(code);
  }

  /** Sets what the catalog says of an item (one thread only). */
  public void catalog(int code, CatalogEntry entry) {
    catalog.set(code, entry);
  }

  /** Tells whether the catalog's entry of an item is like this; where there is none, it is not. */
  public boolean matches(int code, EntryPattern pattern) {
    return catalog.matches(code, pattern);
  }

  /** Returns when the merchant published an item, Unix milliseconds; 0 where that is not known. */
  public long receivedMs(int code) {
    return catalog.receivedMs(code);
  }

  /** Returns the last incarnation of an item that the catalog says is over, -1 for none. */
  public long lastOver(int code) {
    return catalog.lastOver(code);
  }

  /** Returns the table of a model, or null when none of its rows was seen. */
  public @Nullable ModelTable model(String model) {
    return models.get(model);
  }

  /** Returns the table of a model, made when it is new (rows' writer only). */
  public ModelTable model(String model, Function<String, ModelTable> maker) {
    ModelTable known = models.get(model);
    if (known != null) {
      return known;
    }
    ModelTable made = maker.apply(model);
    EmbeddingRow weights = earlyWeights.remove(model);
    if (weights != null) {
      made.onWeights(weights);
    }
    models.put(model, made);
    return made;
  }

  /**
   * Takes in weights of a model's ranker; such that come before its first row wait for that (rows'
   * writer only).
   *
   * @param weights null where the bundle is gone
   */
  public void onWeights(String model, @Nullable EmbeddingRow weights) {
    ModelTable table = models.get(model);
    if (weights == null) {
      earlyWeights.remove(model);
    } else if (table != null) {
      table.onWeights(weights);
    } else {
      earlyWeights.merge(
          model,
          weights,
          (a, b) -> MergedRow.VERSION_ORDER.compare(a.getVersion(), b.getVersion()) < 0 ? b : a);
    }
  }

  /** Returns all tables. */
  public Collection<ModelTable> models() {
    return List.copyOf(models.values());
  }

  /** Tells whether a model is announced or pinned, or answers are made from it. */
  public boolean isWanted(String model) {
    AnnouncedState state = announced;
    return (state != null && state.modelVersion().equals(model))
        || held.stream().anyMatch(each -> each.table().model().equals(model))
        || views().stream().anyMatch(each -> each.model().equals(model));
  }

  /**
   * Writes what is known of items: identifiers, catalog, tables. Nothing may change it meanwhile.
   *
   * @param folder where records go
   * @param name of their files, as far as they are this domain's
   * @param leftOut tables that are not written
   */
  public void save(Path folder, String name, StateOutput state, Set<ModelTable> leftOut)
      throws IOException {
    ids.save(folder.resolve(name + ".ids"), state);
    catalog.save(folder.resolve(name + ".catalog"), state);
    List<ModelTable> kept = models().stream().filter(table -> !leftOut.contains(table)).toList();
    state.putInt(kept.size());
    for (int at = 0; at < kept.size(); at++) {
      state.putText(kept.get(at).model());
      state.putInt(kept.get(at).vectors().dim());
      kept.get(at).save(folder, name + "." + at, state);
    }
    state.putInt(earlyWeights.size());
    earlyWeights.forEach(
        (model, weights) -> {
          state.putText(model);
          state.putBytes(weights.toByteArray());
        });
  }

  /** Makes the table of a model. */
  @FunctionalInterface
  public interface Maker {
    /** Makes an empty one of vectors of a length. */
    ModelTable make(String model, int dim);
  }

  /** Reads what was written; for a domain that knows of no item. */
  public void load(Path folder, String name, StateInput state, Maker maker) throws IOException {
    ids.load(folder.resolve(name + ".ids"), state);
    catalog.load(folder.resolve(name + ".catalog"), state);
    int count = state.getCount(Integer.MAX_VALUE);
    for (int at = 0; at < count; at++) {
      String model = state.getText();
      ModelTable table = maker.make(model, state.getInt());
      table.load(folder, name + "." + at, state);
      models.put(model, table);
    }
    int early = state.getCount(Integer.MAX_VALUE);
    for (int at = 0; at < early; at++) {
      String model = state.getText();
      earlyWeights.put(model, EmbeddingRow.parseFrom(state.getBytes()));
    }
  }

  /** Forgets a table that nobody wants; whoever has it closes it. */
  public void drop(ModelTable table) {
    boolean unused = models.remove(table.model(), table);
  }

  /** Returns what answers are made from, or null while there is nothing. */
  public @Nullable View view() {
    return view;
  }

  /** Switches to another view, whole. */
  public void view(View next) {
    view = next;
  }

  /** Returns the arms of a comparison; empty when there is none. */
  public List<Arm> arms() {
    return arms;
  }

  /** Returns the arm that a user is in; null: none of them. */
  public @Nullable Arm arm(String user) {
    if (arms.isEmpty()) {
      return null;
    }
    double place = Arm.place(name, user);
    for (Arm arm : arms) {
      if (place < arm.share()) {
        return arm;
      }
      place -= arm.share();
    }
    return null;
  }

  /** Returns what an answer calls the arm; null when there is no comparison. */
  public @Nullable String armName(@Nullable Arm arm) {
    if (arms.isEmpty()) {
      return null;
    }
    return arm == null || !armViews.containsKey(arm) ? Arm.REST : arm.name();
  }

  /** Returns what answers of an arm are made from: the announced model while its own is absent. */
  public @Nullable View view(@Nullable Arm arm) {
    View own = arm == null ? null : armViews.get(arm);
    return own == null ? view : own;
  }

  /** Switches an arm to another view, whole. */
  public void view(Arm arm, View next) {
    armViews.put(arm, next);
  }

  /** An arm is answered like the rest again; returns what its answers were made from, or null. */
  public @Nullable View release(Arm arm) {
    return armViews.remove(arm);
  }

  /** Returns all views: the announced model's and those of arms. */
  public List<View> views() {
    List<View> views = new ArrayList<>(armViews.values());
    View announcedView = view;
    if (announcedView != null) {
      views.add(announcedView);
    }
    return views;
  }

  /** Returns the table of the version at which the domain is held, null while it is not. */
  public @Nullable PinnedTable pinned() {
    return pinned;
  }

  /**
   * Sets the table of a pinned version, which is held; null: answers come from the live table
   * again.
   */
  public void pinned(@Nullable PinnedTable next) {
    pinned = next;
  }

  /**
   * The table of a pinned version is here: rows are followed there, and who makes an answer with
   * this node may ask for it, though this node's own answers come from another one as yet.
   */
  public void hold(PinnedTable table) {
    held.add(table);
  }

  /** A table is held no more; whoever has it closes it. */
  public void release(PinnedTable table) {
    held.remove(table);
  }

  /**
   * Returns the tables of pinned versions that answers come from, will come from, or came from a
   * moment ago.
   */
  public List<PinnedTable> held() {
    return held;
  }

  /** Returns which pinned version a table holds, 0 for a live table. */
  @SuppressWarnings("ReferenceEquality") // which table it is
  public long pinnedVersion(ModelTable table) {
    return held.stream().anyMatch(each -> each.table() == table) ? table.version() : 0;
  }

  /** Returns why an item must not be shown, or null when nobody said so. */
  public @Nullable Denial denial(int code) {
    return denials.get(code);
  }

  /** Denies an item at once; null allows it again. */
  public synchronized void deny(int code, @Nullable Denial denial) {
    boolean before = denials.get(code) != null;
    denials.set(code, denial);
    denied.addAndGet((denial == null ? 0 : 1) - (before ? 1 : 0));
  }

  /** Returns how many items are denied. */
  public int denied() {
    return denied.get();
  }

  /** Returns what announcements say shall be served, or null while they say nothing. */
  public @Nullable AnnouncedState announced() {
    return announced;
  }

  /** Takes in what announcements say. */
  public void announced(AnnouncedState next) {
    announced = next;
  }

  /**
   * Tells whether an item may be shown: it has a live row, neither an operator nor the catalog says
   * otherwise, and the row belongs to the item's present incarnation.
   */
  public boolean mayShow(ModelTable table, int code) {
    return denials.get(code) == null && catalog.allows(table, code);
  }
}
