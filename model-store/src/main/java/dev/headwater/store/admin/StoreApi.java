package dev.headwater.store.admin;

import dev.headwater.client.answers.AnnouncedTable;
import dev.headwater.client.answers.AuditTrail.AuditEntry;
import dev.headwater.client.answers.KeptVersions.KeptVersion;
import dev.headwater.client.answers.RolledBack;
import dev.headwater.client.answers.TableDiff;
import dev.headwater.events.Keys;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.cycle.StoreEngine;
import dev.headwater.store.inspect.Verification;
import dev.headwater.store.inspect.VersionDiff;
import dev.headwater.store.snapshot.SnapshotManifest;
import dev.headwater.store.snapshot.Snapshots;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.TableId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What an operator can ask of a running store; answers are values that JSON can show. */
public final class StoreApi {
  /** Some 2 MB at a time: a reader that stands still holds no thread. */
  private static final int ROWS_PAGE = 2_048;

  private final StoreEngine engine;
  private final Snapshots snapshots;
  private final Consumer<Path> checkpoint;
  private final Supplier<@Nullable Exception> failure;

  /**
   * Creates it.
   *
   * @param checkpoint links the store's files into a new directory
   * @param failure why the node is not well, null when it is
   */
  public StoreApi(
      StoreEngine engine,
      Snapshots snapshots,
      Consumer<Path> checkpoint,
      Supplier<@Nullable Exception> failure) {
    this.engine = engine;
    this.snapshots = snapshots;
    this.checkpoint = checkpoint;
    this.failure = failure;
  }

  /** When each hop had deleted an item. */
  public record Receipt(String key, String requestedBy, Map<String, Long> hopsMs) {}

  /** Whether the node is well. */
  public record Health(String status, @Nullable String reason, long diskBytes, long memoryBytes) {}

  /** Tells whether the node is well. */
  public Health health() {
    Exception why = failure.get();
    return new Health(
        why == null ? "up" : "down",
        why == null ? null : why.toString(),
        engine.store().diskBytes(),
        engine.store().memoryBytes());
  }

  /** Returns the retained versions, oldest first; of all domains when {@code domain} is null. */
  public List<KeptVersion> versions(@Nullable String domain) {
    List<KeptVersion> all = new ArrayList<>();
    for (TableId table : engine.store().tables()) {
      if (domain == null || domain.equals(table.domain())) {
        AnnouncedState state = engine.book().state(table.domain(), table.model());
        boolean active = table.model().equals(engine.book().model(table.domain()));
        engine.store().versions(table).forEach(each -> all.add(view(each, state, active)));
      }
    }
    return all;
  }

  private static KeptVersion view(SealedVersion version, AnnouncedState state, boolean active) {
    boolean announced = active && state.announcedVersion() == version.version();
    return new KeptVersion(
        version.version(),
        version.domain(),
        version.model(),
        version.status().name(),
        announced,
        announced && state.pinned(),
        version.rows(),
        version.touched(),
        Long.toHexString(version.checksum()),
        version.generation(),
        version.sealedMs(),
        version.erased(),
        version.verdicts(),
        version.offsets());
  }

  /** Returns what every domain serves. */
  public List<AnnouncedTable> announced() {
    return engine.book().states().stream().map(StoreApi::view).toList();
  }

  private static AnnouncedTable view(AnnouncedState state) {
    return new AnnouncedTable(
        state.domain(),
        state.modelVersion(),
        state.indexParameters(),
        state.announcedVersion(),
        state.latestVersion(),
        state.pinned(),
        Long.toHexString(state.checksum()),
        state.rows(),
        state.generation(),
        state.lastReason());
  }

  /** Returns the newest announcements, oldest first; of all domains when {@code domain} is null. */
  public List<AuditEntry> audit(@Nullable String domain) {
    return engine.book().history().stream()
        .filter(each -> domain == null || domain.equals(each.getDomain()))
        .map(StoreApi::entry)
        .toList();
  }

  private static AuditEntry entry(Announcement each) {
    return new AuditEntry(
        each.getSequence(),
        each.getAnnouncedMs(),
        each.getDomain(),
        each.getModel(),
        each.getKind().name(),
        each.getTableVersion(),
        each.getAnnouncedVersion(),
        each.getGeneration(),
        each.getWho(),
        each.getReason(),
        List.copyOf(each.getVerdictsList()));
  }

  /** Compares two versions of one table. */
  public TableDiff diff(long a, long b) {
    return VersionDiff.between(engine.store(), engine.require(a), engine.require(b));
  }

  /** Returns the next rows of a version after an item, length before each; none at its end. */
  public byte[] rows(long version, String after) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      for (EmbeddingRow row : engine.rows(version, after, ROWS_PAGE)) {
        row.writeDelimitedTo(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Recomputes a version's checksum from its rows. */
  public Verification verify(long version) {
    return Verification.of(engine.store(), engine.require(version));
  }

  /**
   * Refuses a version of another domain as one that does not exist.
   *
   * @throws StoreException with code {@code UNKNOWN_VERSION}
   */
  void requireVersionOf(String domain, long version) {
    if (!engine.require(version).domain().equals(domain)) {
      throw new StoreException(
          StoreException.Code.UNKNOWN_VERSION, "domain " + domain + " has no version " + version);
    }
  }

  /** Holds a domain at a version. */
  public AnnouncedTable pin(long version, String why, String who) {
    return view(engine.pin(version, why, who));
  }

  /** Lets a domain go on. */
  public AnnouncedTable unpin(String domain, String why, String who) {
    return view(engine.unpin(domain, why, who));
  }

  /** Takes a table back. */
  public RolledBack rollback(long version, String why, String who) {
    return engine.rollback(version, why, who);
  }

  /** Makes a bundle the domain's model. */
  public AnnouncedTable announceModel(
      String domain, String model, String indexParameters, String who) {
    return view(engine.announceModel(domain, model, indexParameters, who));
  }

  /** Seals, judges and announces now. */
  public List<Long> seal() {
    return engine.runCycle().stream().map(SealedVersion::version).toList();
  }

  /**
   * Erases an item from every version and drops the snapshots kept here, which still hold it.
   *
   * @param requestedMs when it was asked for, Unix milliseconds, 0 for now: a life begun later is
   *     kept
   */
  public Receipt deleteItem(String domain, String item, long requestedMs, String who) {
    Map<String, Long> hops = engine.erase(domain, item, requestedMs, who, snapshots::dropAll);
    return new Receipt(Keys.of(domain, item), who, hops);
  }

  /** Returns the snapshots kept here. */
  public Snapshots snapshots() {
    return snapshots;
  }

  /** Takes a snapshot of all tables as they stand; rows wait only while files are linked. */
  public SnapshotManifest takeSnapshot() {
    Snapshots.Begun begun =
        engine.locked(
            () -> {
              engine.flush();
              return snapshots.begin(engine.store(), checkpoint);
            });
    return snapshots.finish(begun);
  }
}
