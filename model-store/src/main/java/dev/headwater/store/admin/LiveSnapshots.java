package dev.headwater.store.admin;

import dev.headwater.store.cycle.StoreEngine;
import dev.headwater.store.snapshot.SnapshotManifest;
import dev.headwater.store.snapshot.Snapshots;
import dev.headwater.store.table.StoreException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes snapshots of a store that goes on taking rows.
 *
 * @param engine of the store
 * @param kept where they go
 * @param checkpoint links the store's files into a new directory
 */
public record LiveSnapshots(StoreEngine engine, Snapshots kept, Consumer<Path> checkpoint) {
  private static final Logger LOG = LoggerFactory.getLogger(LiveSnapshots.class);

  /**
   * Drops all that are kept, for they hold an item that was deleted since; where there were any,
   * one of the tables as they stand takes their place, so that no domain is without.
   */
  public void retake() {
    if (kept.dropAll() == 0) {
      return;
    }
    try {
      var unused = take();
    } catch (StoreException e) {
      LOG.warn("no snapshot takes the place of those that a deletion dropped: {}", e.toString());
    }
  }

  /** Takes one of all tables as they stand; rows wait only while files are linked. */
  public SnapshotManifest take() {
    Snapshots.Begun begun =
        engine.locked(
            () -> {
              engine.flush();
              return kept.begin(engine.store(), checkpoint);
            });
    return kept.finish(begun);
  }
}
