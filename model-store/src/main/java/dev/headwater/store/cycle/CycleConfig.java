package dev.headwater.store.cycle;

import java.time.Duration;

/**
 * When table versions are sealed, how long they are kept, and how long validators may take.
 *
 * @param sealInterval a table whose rows changed is sealed this often
 * @param keep which versions of a table are kept
 * @param validatorTimeout a validator that takes longer has vetoed
 * @param retentionRowsPerStep most rows one step of retention looks at
 * @param waitingRowsMax tuned rows kept for items whose cold row has not come; more are dropped and
 *     counted
 */
public record CycleConfig(
    Duration sealInterval,
    KeepVersions keep,
    Duration validatorTimeout,
    int retentionRowsPerStep,
    int waitingRowsMax) {

  /** Returns the defaults: a version every five seconds, kept for two weeks, ever more thinly. */
  public static CycleConfig defaults() {
    return new CycleConfig(
        Duration.ofSeconds(5), KeepByAge.defaults(), Duration.ofSeconds(10), 10_000, 1_000_000);
  }

  /** Returns a copy with another interval. */
  public CycleConfig withSealInterval(Duration interval) {
    return new CycleConfig(interval, keep, validatorTimeout, retentionRowsPerStep, waitingRowsMax);
  }

  /** Returns a copy that keeps other versions. */
  public CycleConfig withKeep(KeepVersions versions) {
    return new CycleConfig(
        sealInterval, versions, validatorTimeout, retentionRowsPerStep, waitingRowsMax);
  }
}
