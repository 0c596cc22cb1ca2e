package dev.headwater.store.cycle;

import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.VersionStatus;
import java.util.List;
import java.util.NavigableSet;

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
    List<SealedVersion> versions = store.versions(table);
    if (parts.book().isRetired(table.domain(), table.model())) {
      long open = store.state(table).openVersion();
      return !versions.isEmpty() && store.collect(table, open, config.retentionRowsPerStep());
    }
    if (versions.stream().anyMatch(each -> each.status() == VersionStatus.SEALED)) {
      return false; // It is being read back, by what its list of touched items says.
    }
    NavigableSet<Long> kept =
        config.keep().of(versions, state.announcedVersion(), parts.clock().millis());
    if (kept.isEmpty()) {
      return false;
    }
    parts.metrics().collected.increment();
    boolean more = store.collect(table, kept.first(), config.retentionRowsPerStep());
    return store.thin(table, kept, config.retentionRowsPerStep()) || more;
  }
}
