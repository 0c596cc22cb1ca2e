package dev.headwater.store.cycle;

import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.TableId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What the store tells of itself; names begin with {@code headwater_store_}. Closing takes the
 * gauges out again: they ask a store that is closed next, and the next store of the process has its
 * own. Thread-safe.
 */
public final class StoreMetrics implements AutoCloseable {
  private final MeterRegistry registry;
  private final Map<String, AnnouncedState> announced = new ConcurrentHashMap<>();
  private final Set<TableId> known = ConcurrentHashMap.newKeySet();
  private final Set<Meter> gauges = ConcurrentHashMap.newKeySet();
  final Counter rowsPut;
  final Counter rowsLate;
  final Counter rowsDeleted;
  final Counter corrections;
  final Counter deletions;
  final Counter reconciled;
  final Counter undecodable;
  final Counter weightsRefused;
  final Counter sealed;
  final Counter rejected;
  final Counter rollbacks;
  final Counter versionsMissed;
  final Counter withdrawals;
  final Counter collected;
  final Timer seal;
  final Timer cycle;
  final Timer rollback;

  /** Registers the meters. */
  public StoreMetrics(MeterRegistry registry) {
    this.registry = registry;
    rowsPut = registry.counter("headwater.store.rows.put");
    rowsLate = registry.counter("headwater.store.rows.late");
    rowsDeleted = registry.counter("headwater.store.rows.deleted");
    corrections = registry.counter("headwater.store.rows.corrected");
    deletions = registry.counter("headwater.store.deletions");
    reconciled = registry.counter("headwater.store.versions.reconciled");
    undecodable = registry.counter("headwater.store.records.undecodable");
    weightsRefused = registry.counter("headwater.store.weights.refused");
    sealed = registry.counter("headwater.store.versions.sealed");
    rejected = registry.counter("headwater.store.versions.rejected");
    rollbacks = registry.counter("headwater.store.rollbacks");
    versionsMissed = registry.counter("headwater.store.standby.versions.missed");
    withdrawals = registry.counter("headwater.store.withdrawals");
    collected = registry.counter("headwater.store.retention.steps");
    seal = registry.timer("headwater.store.seal");
    cycle = registry.timer("headwater.store.cycle");
    rollback = registry.timer("headwater.store.rollback");
  }

  void watch(EmbeddingStore store, MergeBuffer buffer) {
    gauge("headwater.store.disk.bytes", store::diskBytes);
    gauge("headwater.store.memory.bytes", store::memoryBytes);
    gauge("headwater.store.rows.refused", store::refusedRows);
    gauge("headwater.store.rows.waiting", buffer::waiting);
    gauge("headwater.store.rows.waiting.dropped", buffer::dropped);
  }

  private void gauge(String name, Supplier<Number> value) {
    gauge(Gauge.builder(name, value));
  }

  private void gauge(Gauge.Builder<?> builder) {
    gauges.add(builder.strongReference(true).register(registry));
  }

  void watch(EmbeddingStore store, TableId table) {
    if (!known.add(table)) {
      return;
    }
    Tags tags = Tags.of("domain", table.domain(), "model", table.model());
    gauge(Gauge.builder("headwater.store.rows", () -> store.state(table).rows()).tags(tags));
    gauge(Gauge.builder("headwater.store.versions", () -> store.versions(table).size()).tags(tags));
  }

  void announced(AnnouncedState state) {
    String domain = state.domain();
    if (announced.put(domain, state) == null) {
      gauge("headwater.store.announced.version", domain, AnnouncedState::announcedVersion);
      gauge("headwater.store.withdrawn", domain, now -> now.isWithdrawn() ? 1 : 0);
    }
  }

  private void gauge(String name, String domain, Function<AnnouncedState, Number> value) {
    gauge(
        Gauge.builder(
                name,
                () -> {
                  AnnouncedState state = announced.get(domain);
                  return state == null ? 0 : value.apply(state);
                })
            .tags("domain", domain));
  }

  @Override
  public void close() {
    gauges.forEach(registry::remove);
    gauges.clear();
  }
}
