package dev.headwater.store.cycle;

import java.time.Duration;

/**
 * When table versions are sealed, how long they are kept, and how long validators may take.
 *
 * @param sealInterval a table whose rows changed is sealed this often
 * @param keepVersions newest versions kept of a table
 * @param keepAge versions older than this are dropped, also when fewer than {@code keepVersions}
 *     are kept
 * @param validatorTimeout a validator that takes longer has vetoed
 * @param retentionRowsPerStep most rows one step of retention looks at
 * @param waitingRowsMax tuned rows kept for items whose cold row has not come; more are dropped and
 *     counted
 */
public record CycleConfig(
    Duration sealInterval,
    int keepVersions,
    Duration keepAge,
    Duration validatorTimeout,
    int retentionRowsPerStep,
    int waitingRowsMax) {

  /** Returns the defaults: a version every five seconds, 60 of them, one day at most. */
  public static CycleConfig defaults() {
    return new CycleConfig(
        Duration.ofSeconds(5), 60, Duration.ofDays(1), Duration.ofSeconds(10), 10_000, 1_000_000);
  }

  /** Returns a copy with another interval. */
  public CycleConfig withSealInterval(Duration interval) {
    return new CycleConfig(
        interval, keepVersions, keepAge, validatorTimeout, retentionRowsPerStep, waitingRowsMax);
  }

  /** Returns a copy with another number of versions kept. */
  public CycleConfig withKeepVersions(int versions) {
    return new CycleConfig(
        sealInterval, versions, keepAge, validatorTimeout, retentionRowsPerStep, waitingRowsMax);
  }
}
