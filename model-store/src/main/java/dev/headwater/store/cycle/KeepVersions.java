package dev.headwater.store.cycle;

import dev.headwater.store.table.SealedVersion;
import java.util.List;
import java.util.NavigableSet;

/** Decides which versions of a table are kept. */
@FunctionalInterface
public interface KeepVersions {
  /**
   * Returns the versions to keep, the newest always among them; empty where there is none.
   *
   * @param versions oldest first
   * @param served the version announced or pinned, to be kept whatever its age; 0 for none
   * @param nowMs the time, Unix milliseconds
   */
  NavigableSet<Long> of(List<SealedVersion> versions, long served, long nowMs);
}
