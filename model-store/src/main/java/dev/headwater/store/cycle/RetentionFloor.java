package dev.headwater.store.cycle;

import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.store.table.SealedVersion;
import java.util.List;

/** Decides which version is the oldest to keep. */
final class RetentionFloor {
  private RetentionFloor() {}

  /**
   * Returns the oldest version to keep: within count and age, and never above the announced (or
   * pinned) one or the newest; 0 when nothing is to be dropped.
   */
  static long of(
      List<SealedVersion> versions, AnnouncedState state, CycleConfig config, long nowMs) {
    if (versions.isEmpty()) {
      return 0;
    }
    int from = Math.max(0, versions.size() - config.keepVersions());
    long oldestMs = nowMs - config.keepAge().toMillis();
    while (from < versions.size() - 1 && versions.get(from).sealedMs() < oldestMs) {
      from++;
    }
    long floor = versions.get(from).version();
    if (state.announcedVersion() > 0) {
      floor = Math.min(floor, state.announcedVersion());
    }
    return floor;
  }
}
