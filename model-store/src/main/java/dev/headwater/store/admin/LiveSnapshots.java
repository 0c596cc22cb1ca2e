package dev.headwater.store.admin;

import dev.headwater.store.cycle.StoreEngine;
import dev.headwater.store.snapshot.SnapshotManifest;
import dev.headwater.store.snapshot.Snapshots;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Takes snapshots of a store that goes on taking rows.
 *
 * @param engine of the store
 * @param kept where they go
 * @param checkpoint links the store's files into a new directory
 */
public record LiveSnapshots(StoreEngine engine, Snapshots kept, Consumer<Path> checkpoint) {

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
