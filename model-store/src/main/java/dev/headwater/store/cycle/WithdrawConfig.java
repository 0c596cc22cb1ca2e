package dev.headwater.store.cycle;

/**
 * Whether and how bad learning takes itself back.
 *
 * @param enabled whether the store pins a domain by itself when its learning goes bad
 * @param goodVersions in a row after which it unpins such a pin again, at least 1
 */
public record WithdrawConfig(boolean enabled, int goodVersions) {
  /** Checks the number. */
  public WithdrawConfig {
    if (goodVersions < 1) {
      throw new IllegalArgumentException("withdraw.good-versions is at least 1");
    }
  }
}
