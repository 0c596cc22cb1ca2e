package dev.headwater.idp.data;

import dev.headwater.idp.Pending;
import java.util.List;

/** A small market of several domains whose words and tastes share hidden factors. */
public final class GeneratedMarket {
  private GeneratedMarket() {}

  /**
   * Generates two source domains and, last, the target domain with real timestamps.
   *
   * @param seed same seed, same market
   */
  public static List<DomainData> generate(long seed) {
    return Pending.body();
  }
}
