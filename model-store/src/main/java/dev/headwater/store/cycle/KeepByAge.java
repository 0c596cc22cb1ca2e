package dev.headwater.store.cycle;

import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.VersionStatus;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Keeps all versions for a while, then the last of each minute, of each hour, of each day: one can
 * go back as far as an alarm may come late, on a disk that is bounded.
 *
 * @param every every version is kept for so long, also one that cannot be served
 * @param minutes the last of each minute for so long
 * @param hours the last of each hour for so long
 * @param days the last of each day for so long
 */
public record KeepByAge(Duration every, Duration minutes, Duration hours, Duration days)
    implements KeepVersions {
  private static final long MINUTE_MS = 60_000;
  private static final long HOUR_MS = 60 * MINUTE_MS;
  private static final long DAY_MS = 24 * HOUR_MS;

  /** A stretch of time of which the last version is kept. */
  private record Stretch(long lengthMs, long number) {}

  @Override
  public NavigableSet<Long> of(List<SealedVersion> versions, long served, long nowMs) {
    NavigableSet<Long> kept = new TreeSet<>();
    Set<Stretch> covered = new HashSet<>();
    for (int i = versions.size() - 1; i >= 0; i--) {
      SealedVersion version = versions.get(i);
      boolean newest = i == versions.size() - 1;
      if (newest || version.version() == served || isKept(version, covered, nowMs)) {
        kept.add(version.version());
      }
    }
    return kept;
  }

  private boolean isKept(SealedVersion version, Set<Stretch> covered, long nowMs) {
    long ageMs = nowMs - version.sealedMs();
    if (ageMs <= every.toMillis()) {
      return true;
    }
    boolean servable =
        version.status() == VersionStatus.VALIDATED || version.status() == VersionStatus.ANNOUNCED;
    long lengthMs = stretchMs(ageMs);
    return servable
        && lengthMs > 0
        && covered.add(new Stretch(lengthMs, version.sealedMs() / lengthMs));
  }

  private long stretchMs(long ageMs) {
    if (ageMs <= minutes.toMillis()) {
      return MINUTE_MS;
    }
    if (ageMs <= hours.toMillis()) {
      return HOUR_MS;
    }
    return ageMs <= days.toMillis() ? DAY_MS : 0;
  }
}
