package dev.headwater.serving.state;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.serving.items.ItemIds;
import dev.headwater.serving.items.PerCode;
import dev.headwater.serving.users.RecentPopularity;
import dev.headwater.serving.users.UserTable;
import dev.headwater.store.watch.AnnouncedState;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** All that a node knows of one domain. Safe for concurrent use. */
public final class Domain {
  private final String name;
  private final ItemIds ids = new ItemIds();
  private final PerCode<CatalogEntry> catalog = new PerCode<>();
  private final UserTable users;
  private final RecentPopularity popularity;
  private final ConcurrentHashMap<String, ModelTable> models = new ConcurrentHashMap<>();
  private volatile @Nullable View view;
  private volatile @Nullable AnnouncedState announced;

  /** Creates an empty domain. */
  public Domain(String name, int usersMax, int popularityWindow) {
    this.name = name;
    this.users = new UserTable(usersMax);
    this.popularity = new RecentPopularity(popularityWindow);
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

  /** Returns what was taken lately. */
  public RecentPopularity popularity() {
    return popularity;
  }

  /** Returns what the catalog says of an item, or null when it never named it. */
  public @Nullable CatalogEntry catalog(int code) {
    return catalog.get(code);
  }

  /** Sets what the catalog says of an item. */
  public void catalog(int code, CatalogEntry entry) {
    catalog.set(code, entry);
  }

  /** Returns the table of a model, or null when none of its rows was seen. */
  public @Nullable ModelTable model(String model) {
    return models.get(model);
  }

  /** Returns the table of a model, made when it is new. */
  public ModelTable model(String model, Function<String, ModelTable> maker) {
    return models.computeIfAbsent(model, maker);
  }

  /** Returns all tables. */
  public Collection<ModelTable> models() {
    return List.copyOf(models.values());
  }

  /** Forgets a model's table. */
  public void dropModel(String model) {
    models.remove(model);
  }

  /** Returns what answers are made from, or null while there is nothing. */
  public @Nullable View view() {
    return view;
  }

  /** Switches to another view, whole. */
  public void view(View next) {
    view = next;
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
   * Tells whether an item may be shown: it has a live row, the catalog does not say otherwise, and
   * the row belongs to the item's present life.
   */
  public boolean mayShow(ModelTable table, int code) {
    CatalogEntry entry = catalog.get(code);
    if (entry == null) {
      return true;
    }
    LiveRow live = table.live(code);
    return entry.available() && live != null && isPresentLife(entry, live.row());
  }

  private static boolean isPresentLife(CatalogEntry entry, EmbeddingRow row) {
    return row.getIncarnation() >= entry.incarnation();
  }
}
