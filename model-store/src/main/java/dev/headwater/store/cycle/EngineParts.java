package dev.headwater.store.cycle;

import dev.headwater.events.announce.AnnouncementBook;
import dev.headwater.store.table.EmbeddingStore;
import java.time.Clock;
import java.util.List;

/**
 * What an engine works with.
 *
 * @param store rows and manifests
 * @param log announcements and reverse deltas go there
 * @param book what was announced, filled from the log before the engine is made
 * @param validators judge every version
 * @param surroundings what validators know beside the table
 * @param metrics counts
 * @param clock tells the time
 */
public record EngineParts(
    EmbeddingStore store,
    AnnouncementLog log,
    AnnouncementBook book,
    List<TableValidator> validators,
    Surroundings surroundings,
    StoreMetrics metrics,
    Clock clock) {
  /** Copies the list. */
  public EngineParts {
    validators = List.copyOf(validators);
  }
}
