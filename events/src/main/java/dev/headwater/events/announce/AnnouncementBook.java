package dev.headwater.events.announce;

import dev.headwater.events.wire.AnnouncedDomain;
import dev.headwater.events.wire.Announcement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Folds announcements, in log order, into what each domain serves. Repeats change nothing; the
 * announced version goes back only by a rollback or a pin; a rejected version is never served.
 * Thread-safe.
 *
 * <p>An announcement with {@code table_version} 0 makes its {@code model_version} the domain's
 * model. Announcements about a table of another model are kept and count once that model is
 * announced.
 */
public final class AnnouncementBook {
  /** Most tables of a domain that are kept whole, those announced last; of others generations. */
  private static final int TABLES_MAX = 16;

  /** Most retired bundles of a domain that are remembered. */
  private static final int RETIRED_MAX = 1_000;

  private final Map<String, String> models = new HashMap<>();
  private final Map<String, LinkedHashSet<String>> retired = new HashMap<>();
  private final Map<String, Long> sequences = new HashMap<>();
  private final AnnouncementHistory history = new AnnouncementHistory();
  private final Map<String, Long> highest = new HashMap<>();
  private final Map<String, Set<String>> named = new HashMap<>();
  private final Map<String, LinkedHashMap<String, TableView>> tables = new HashMap<>();

  /**
   * Takes one announcement. One that is not newer than what was taken last of its domain changes
   * nothing.
   *
   * @return the domain's state afterwards, null while the domain has no model
   */
  public synchronized @Nullable AnnouncedState apply(Announcement a) {
    String domain = a.getDomain();
    history.add(a);
    if (a.getSequence() > 0 && a.getSequence() <= sequence(domain)) {
      return state(domain);
    }
    sequences.merge(domain, a.getSequence(), Math::max);
    highest.merge(domain, a.getTableVersion(), Math::max);
    String model = a.getModel().isEmpty() ? a.getModelVersion() : a.getModel();
    if (a.getKind() == Announcement.Kind.RETIRED) {
      retire(domain, model);
    }
    if (isRetired(domain, model)) {
      return state(domain);
    }
    boolean modelSwitch =
        a.getKind() == Announcement.Kind.ANNOUNCED && !a.getModelVersion().isEmpty();
    if (modelSwitch && a.getTableVersion() == 0) {
      models.put(domain, a.getModelVersion());
    } else if (modelSwitch) {
      models.putIfAbsent(domain, a.getModelVersion());
    }
    named.computeIfAbsent(domain, key -> new LinkedHashSet<>()).add(model);
    view(domain, model).apply(a);
    return state(domain);
  }

  /** Whoever is asked for the domain's bundles does not hear of it any more. */
  private void retire(String domain, String model) {
    LinkedHashSet<String> all = retired.computeIfAbsent(domain, key -> new LinkedHashSet<>());
    all.add(model);
    if (all.size() > RETIRED_MAX) {
      all.remove(all.iterator().next());
    }
    named.getOrDefault(domain, new LinkedHashSet<>()).remove(model);
    tables.getOrDefault(domain, new LinkedHashMap<>()).remove(model);
  }

  /** Tells whether any bundle of a domain was retired. */
  public synchronized boolean hasRetired(String domain) {
    return !retired.getOrDefault(domain, new LinkedHashSet<>()).isEmpty();
  }

  /** Tells whether a bundle was retired: it has no rows and is not announced again. */
  public synchronized boolean isRetired(String domain, String model) {
    LinkedHashSet<String> all = retired.get(domain);
    return all != null && all.contains(model);
  }

  /**
   * Takes the sum of a domain's announcements, unless more of them were taken already.
   *
   * @return the domain's state afterwards, null while the domain has no model
   */
  public synchronized @Nullable AnnouncedState take(AnnouncedDomain sum) {
    String domain = sum.getDomain();
    if (sequences.containsKey(domain) && sum.getSequence() <= sequence(domain)) {
      return state(domain);
    }
    sequences.put(domain, sum.getSequence());
    highest.put(domain, sum.getHighestVersion());
    named.put(domain, new LinkedHashSet<>(sum.getModelsList()));
    retired.put(domain, new LinkedHashSet<>(sum.getRetiredList()));
    if (!sum.getModel().isEmpty()) {
      models.put(domain, sum.getModel());
    }
    LinkedHashMap<String, TableView> views = new LinkedHashMap<>();
    sum.getTablesList().forEach(table -> views.put(table.getModel(), TableView.of(table)));
    tables.put(domain, views);
    return state(domain);
  }

  /** Returns the sum of what was taken of a domain, bounded in size. */
  public synchronized AnnouncedDomain sum(String domain) {
    AnnouncedDomain.Builder sum =
        AnnouncedDomain.newBuilder()
            .setDomain(domain)
            .setModel(models.getOrDefault(domain, ""))
            .setSequence(sequence(domain))
            .setHighestVersion(highest.getOrDefault(domain, 0L))
            .addAllModels(named.getOrDefault(domain, Set.of()))
            .addAllRetired(retired.getOrDefault(domain, new LinkedHashSet<>()));
    tables
        .getOrDefault(domain, new LinkedHashMap<>())
        .forEach((model, view) -> sum.addTables(view.toWire(model)));
    return sum.build();
  }

  /** Returns what the sum of its domain will be once an announcement is taken; takes nothing. */
  public AnnouncedDomain sumAfter(Announcement a) {
    AnnouncementBook ahead = new AnnouncementBook();
    ahead.take(sum(a.getDomain()));
    ahead.apply(a);
    return ahead.sum(a.getDomain());
  }

  /** Returns the domains of which anything was announced. */
  public synchronized Set<String> domains() {
    return Set.copyOf(sequences.keySet());
  }

  /** Tells whether announcements of the domain came before this one and were not taken. */
  public synchronized boolean isGapBefore(Announcement a) {
    return a.getSequence() > sequence(a.getDomain()) + 1;
  }

  /** Returns the sequence number taken last of a domain, 0 before the first. */
  public synchronized long sequence(String domain) {
    return sequences.getOrDefault(domain, 0L);
  }

  /**
   * Returns the newest announcements, oldest first: who did what, when and why. Of each domain the
   * last thousand acts of people and the last two hundred of the store itself.
   */
  public synchronized List<Announcement> history() {
    return history.all();
  }

  private TableView view(String domain, String model) {
    LinkedHashMap<String, TableView> views =
        tables.computeIfAbsent(domain, key -> new LinkedHashMap<>());
    TableView known = views.remove(model);
    TableView view = known == null ? new TableView() : known;
    views.put(model, view); // at the end: announced last
    List<String> whole = new ArrayList<>(views.keySet());
    whole.removeIf(each -> views.getOrDefault(each, view).isGenerationsAlone());
    if (whole.size() > TABLES_MAX) {
      whole.remove(models.get(domain));
      views.computeIfPresent(whole.get(0), (oldest, all) -> all.generationsAlone());
    }
    return view;
  }

  /** What is asked for leaves no trace: only announcements make a model known. */
  private TableView known(String domain, String model) {
    Map<String, TableView> views = tables.get(domain);
    TableView view = views == null ? null : views.get(model);
    return view == null ? new TableView() : view;
  }

  /** Returns the domain's model (a bundle id), or null before the first announcement. */
  public synchronized @Nullable String model(String domain) {
    return models.get(domain);
  }

  /** Returns all models that were ever named for a domain, in the order in which they were. */
  public synchronized Set<String> models(String domain) {
    return Collections.unmodifiableSet(new LinkedHashSet<>(named.getOrDefault(domain, Set.of())));
  }

  /** Returns what a domain serves, or null while it has no model. */
  public synchronized @Nullable AnnouncedState state(String domain) {
    String model = models.get(domain);
    return model == null ? null : state(domain, model);
  }

  /** Returns what is known of one table, whether or not its model is the domain's present one. */
  public synchronized AnnouncedState state(String domain, String model) {
    return known(domain, model).state(domain, model);
  }

  /** Returns the index parameters that belong to a model, empty when it does not say. */
  public synchronized String indexParameters(String domain, String model) {
    return known(domain, model).indexParameters();
  }

  /** Returns the announcement about a version that is or was to be served, or null. */
  public synchronized @Nullable Announcement about(String domain, String model, long version) {
    return known(domain, model).about(version);
  }

  /** Returns as what a number was last to be served, null when it never was. */
  public synchronized @Nullable ServedVersion served(String domain, String model, long version) {
    return known(domain, model).served(version);
  }

  /** Returns how far the announced versions of a table had read each {@code topic/partition}. */
  public synchronized Map<String, Long> cut(String domain, String model) {
    return known(domain, model).cut();
  }

  /** Returns the highest version that ever was to be served, 0 when none was. */
  public synchronized long highestServed(String domain, String model) {
    return known(domain, model).highestServed();
  }

  /** Tells whether a number was rejected or retracted. */
  public synchronized boolean isRefused(String domain, String model, long version) {
    return known(domain, model).isRefused(version);
  }

  /** Tells whether a rollback since went behind a version sealed in the given generation. */
  public synchronized boolean isRolledBack(
      String domain, String model, long version, long generation) {
    return known(domain, model).isRolledBack(version, generation);
  }

  /** Returns the fences of one table. */
  public synchronized GenerationFences fences(String domain, String model) {
    return known(domain, model).fences();
  }

  /** Returns the states of all domains that have a model, by domain. */
  public synchronized List<AnnouncedState> states() {
    List<AnnouncedState> all = new ArrayList<>();
    models.forEach((domain, model) -> all.add(state(domain, model)));
    all.sort(Comparator.comparing(AnnouncedState::domain));
    return all;
  }

  /** Returns the highest table version any announcement was about: a store mints above it. */
  public synchronized long highestVersion() {
    return highest.values().stream().mapToLong(Long::longValue).max().orElse(0);
  }
}
