package dev.headwater.serving.follow;

import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.serving.items.Slice;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.PinnedTable;
import dev.headwater.store.table.StoreException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the version at which a domain is pinned, whole and aside, and hands it over when it is
 * there. Reading has a thread of its own and is tried until the pin ends: a store that is away or
 * hangs delays the pin and nothing else. Thread-safe.
 */
public final class Pins implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Pins.class);
  private static final long RETRY_MS = 500;
  private static final long RETRY_MS_MAX = 15_000;

  private final VersionRows store;
  private final RowsHandler.TableMaker tables;
  private final FollowMetrics metrics;
  private final Slice slice;
  private final Map<Domain, Version> wanted = new ConcurrentHashMap<>();
  private final Map<Domain, PinnedTable> read = new ConcurrentHashMap<>();
  private final ScheduledExecutorService executor;

  /** Where the rows of sealed versions are. */
  @FunctionalInterface
  public interface VersionRows {
    /** No store is known. */
    VersionRows NONE =
        (version, each) -> {
          throw new StoreException(
              StoreException.Code.NOT_READY, "this node knows no model store to ask for its rows");
        };

    /**
     * Reads all rows of a version.
     *
     * @throws StoreException when they cannot be had now
     */
    void read(long version, Consumer<EmbeddingRow> each) throws InterruptedException;
  }

  /**
   * What a domain is pinned at.
   *
   * @param withNewItems whether items that came since are shown
   */
  private record Version(String model, long number, boolean withNewItems) {}

  /**
   * Creates one.
   *
   * @param tables makes tables that report no row as new
   */
  public Pins(VersionRows store, RowsHandler.TableMaker tables, FollowMetrics metrics) {
    this(store, tables, metrics, Slice.WHOLE);
  }

  /**
   * Creates one that keeps the rows of a shard.
   *
   * @param tables makes tables that report no row as new
   * @param slice what is held here
   */
  public Pins(
      VersionRows store, RowsHandler.TableMaker tables, FollowMetrics metrics, Slice slice) {
    this(store, tables, metrics, slice, Background.thread("serving-pins"));
  }

  /**
   * The same with another place for what is done in the background.
   *
   * @param executor runs one task after the other; shut down with this
   */
  public Pins(
      VersionRows store,
      RowsHandler.TableMaker tables,
      FollowMetrics metrics,
      ScheduledExecutorService executor) {
    this(store, tables, metrics, Slice.WHOLE, executor);
  }

  /** The same with all of it. */
  Pins(
      VersionRows store,
      RowsHandler.TableMaker tables,
      FollowMetrics metrics,
      Slice slice,
      ScheduledExecutorService executor) {
    this.slice = slice;
    this.store = store;
    this.tables = tables;
    this.metrics = metrics;
    this.executor = executor;
  }

  /** What a domain shall serve is new or has changed. */
  void announced(Domain domain, AnnouncedState state) {
    if (!state.pinned()) {
      wanted.remove(domain);
      drop(read.remove(domain));
      return;
    }
    Version next = new Version(state.modelVersion(), state.announcedVersion(), state.isWithdrawn());
    if (!next.equals(wanted.put(domain, next))) {
      drop(read.remove(domain));
      executor.execute(() -> read(domain, next, RETRY_MS));
    }
  }

  private static void drop(@Nullable PinnedTable table) {
    if (table != null) {
      table.table().close();
    }
  }

  private void read(Domain domain, Version version, long retryMs) {
    if (!version.equals(wanted.get(domain))) {
      return;
    }
    Filling filling = new Filling(domain, version);
    try {
      store.read(version.number(), filling);
      LOG.info("version {} of domain {} is read", version.number(), domain.name());
      handOver(domain, version, filling.table);
    } catch (RuntimeException e) { // whatever it is: nobody but this asks for the version again
      drop(filling.table);
      metrics.onLoadFailure();
      LOG.warn("pinned version {} of {}: {}", version.number(), domain.name(), e.toString());
      var unused =
          executor.schedule(
              () -> read(domain, version, Math.min(RETRY_MS_MAX, 2 * retryMs)),
              retryMs,
              TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void handOver(Domain domain, Version version, @Nullable PinnedTable table) {
    if (table == null) {
      throw new StoreException(StoreException.Code.NOT_READY, "the version has no row");
    }
    if (version.equals(wanted.get(domain))) {
      drop(read.put(domain, table));
    } else {
      drop(table);
    }
  }

  /** Hands over the table of the version that is wanted; null while it is not read. */
  @Nullable PinnedTable take(Domain domain) {
    return read.remove(domain);
  }

  /** Collects the rows of one version. */
  private final class Filling implements Consumer<EmbeddingRow> {
    private final Domain domain;
    private final Version version;
    private @Nullable PinnedTable table;
    private @Nullable EmbeddingRow weights;

    Filling(Domain domain, Version version) {
      this.domain = domain;
      this.version = version;
    }

    @Override
    public void accept(EmbeddingRow row) {
      if (row.getItem().equals(Identifiers.RANKER_ITEM)) {
        weights = row; // it comes before all rows
        return;
      }
      PinnedTable known = table;
      if (known
          == null) { // of a small domain a shard may hold nothing: its table is there all the same
        int dim = dev.headwater.events.Vectors.dim(row.getVector());
        known =
            new PinnedTable(
                tables.make(domain, version.model(), dim),
                version.number(),
                version.withNewItems());
        if (weights != null) {
          known.table().onWeights(weights);
        }
        table = known;
      }
      if (slice.holds(domain.name(), row.getItem())) {
        known.add(domain.ids().code(row.getItem()), row);
      }
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
    read.values().forEach(Pins::drop);
  }
}
