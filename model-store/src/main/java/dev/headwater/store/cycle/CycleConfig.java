package dev.headwater.store.cycle;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.headwater.configuration.ConfigFile;
import dev.headwater.configuration.Copies;
import java.time.Duration;
import java.util.Map;

/**
 * When table versions are sealed, how long they are kept, and how long validators may take.
 *
 * @param sealInterval a table whose rows changed is sealed this often
 * @param keep which versions of a table are kept
 * @param validatorTimeout a validator that takes longer has vetoed
 * @param retentionRowsPerStep most rows one step of retention looks at
 * @param withdraw what happens when learning goes bad
 * @param waitingRowsMax tuned rows kept for items whose cold row has not come; more are dropped and
 *     counted
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CycleConfig(
    Duration sealInterval,
    @JsonDeserialize(as = KeepByAge.class) KeepVersions keep,
    Duration validatorTimeout,
    int retentionRowsPerStep,
    WithdrawConfig withdraw,
    int waitingRowsMax) {

  /** Returns the reference's values. */
  public static CycleConfig defaults() {
    return ConfigFile.section("store", Map.of(), CycleConfig.class);
  }

  /** Returns a copy with another interval. */
  public CycleConfig withSealInterval(Duration interval) {
    return Copies.with(this, "sealInterval", interval);
  }

  /** Returns a copy that takes bad learning back in another way. */
  public CycleConfig withWithdraw(WithdrawConfig other) {
    return Copies.with(this, "withdraw", other);
  }
}
