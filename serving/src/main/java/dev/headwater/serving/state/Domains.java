package dev.headwater.serving.state;

import dev.headwater.events.DomainNames;
import dev.headwater.serving.items.PackedRecords;
import dev.headwater.serving.users.UserArchive;
import dev.headwater.serving.users.UserTable;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The domains of a node: those that are named, and those that records name and that fit a pattern
 * or, where nothing is configured, all of them, up to a limit. Safe for concurrent use.
 */
public final class Domains {
  private final DomainNames configured;
  private final int named;
  private final int limit;
  private final int usersMax;
  private final Function<String, UserArchive> archives;
  private final Supplier<PackedRecords> records;
  private final int popularityWindow;
  private final List<Arm> arms;
  private volatile boolean rowsLoaded;
  private final ConcurrentSkipListMap<String, Domain> domains = new ConcurrentSkipListMap<>();

  /** Creates the configured domains, whose users are forgotten when they leave memory. */
  public Domains(
      Set<String> configured, int limit, int usersMax, int popularityWindow, List<Arm> arms) {
    this(
        configured,
        limit,
        usersMax,
        popularityWindow,
        arms,
        name -> UserArchive.NONE,
        PackedRecords::inMemory);
  }

  /**
   * Creates the configured domains.
   *
   * @param configured names and patterns; empty: all that come
   * @param limit how many domains there may be that are not named
   * @param usersMax users a domain in memory
   * @param popularityWindow interactions that popularity looks back over
   * @param arms of a comparison of models, in every domain
   * @param archives where the users of a domain go that are not in memory
   * @param records where identifiers of a domain go, and entries of its catalog
   */
  public Domains(
      Set<String> configured,
      int limit,
      int usersMax,
      int popularityWindow,
      List<Arm> arms,
      Function<String, UserArchive> archives,
      Supplier<PackedRecords> records) {
    this.records = records;
    this.arms = List.copyOf(arms);
    this.configured = DomainNames.of(configured.isEmpty() ? Set.of("*") : configured);
    this.limit = limit;
    this.usersMax = usersMax;
    this.archives = archives;
    this.popularityWindow = popularityWindow;
    this.configured.named().forEach(this::create);
    named = domains.size();
  }

  private Domain create(String name) {
    return domains.computeIfAbsent(
        name,
        n ->
            new Domain(
                n, records, new UserTable(usersMax, archives.apply(n)), popularityWindow, arms));
  }

  /** Returns the domain, or null when this node does not know it. */
  public @Nullable Domain find(String name) {
    return domains.get(name);
  }

  /** Returns the domain that a record names, or null when this node does not follow it. */
  public @Nullable Domain follow(String name) {
    Domain known = domains.get(name);
    if (known != null || !configured.contains(name)) {
      return known;
    }
    return domains.size() - named < limit ? create(name) : null;
  }

  /** Tells whether the rows, as they stood in the topics at the start, are taken in. */
  public boolean areRowsLoaded() {
    return rowsLoaded;
  }

  /**
   * Notes that the rows are taken in: from now on vectors are worth making before they are asked.
   */
  public void rowsLoaded() {
    rowsLoaded = true;
  }

  /** Tells whether records of a domain of this name are followed, now or when the first comes. */
  public boolean serves(String name) {
    return configured.contains(name);
  }

  /** Returns all domains by name. */
  public Collection<Domain> all() {
    return List.copyOf(domains.values());
  }
}
