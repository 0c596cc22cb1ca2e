package dev.headwater.store.cycle;

import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.TableId;

/** Drops old versions in bounded steps. Called under the lock. */
final class Retention {
  private final EmbeddingStore store;
  private final EngineParts parts;
  private final CycleConfig config;

  Retention(EngineParts parts, CycleConfig config) {
    this.parts = parts;
    this.config = config;
    store = parts.store();
  }

  /** One step; tells whether more remains. */
  boolean step(TableId table) {
    AnnouncedState state = parts.book().state(table.domain(), table.model());
    long now = parts.clock().millis();
    long floor = RetentionFloor.of(store.versions(table), state, config, now);
    if (floor == 0) {
      return false;
    }
    parts.metrics().collected.increment();
    return store.collect(table, floor, config.retentionRowsPerStep());
  }
}
