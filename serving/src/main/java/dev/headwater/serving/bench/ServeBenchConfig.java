package dev.headwater.serving.bench;

import dev.headwater.serving.Placement;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What to measure.
 *
 * @param items in the catalog
 * @param users with a history
 * @param rps requests a second; in mode overload ignored (the peak is found)
 * @param updateRowsPerSecond rows that change, through Kafka
 * @param seconds of load
 * @param mode what the load is like
 * @param bundle directory of a trained bundle: its rows plus noise are the items, its encoder
 *     encodes
 * @param warmUpSeconds of load that is not counted
 * @param heapMb heap of the sender
 * @param placement where the node encodes and searches
 */
public record ServeBenchConfig(
    int items,
    int users,
    int rps,
    int updateRowsPerSecond,
    int seconds,
    Mode mode,
    Path bundle,
    int warmUpSeconds,
    int heapMb,
    Placement placement) {

  /** What the load is like. */
  public enum Mode {
    /** A steady rate. */
    LOAD,
    /** The peak, then three times the peak, then half of it. */
    OVERLOAD,
    /** A steady rate while items change, come and go. */
    CHURN,
    /** No load: a node starts from a snapshot; with users, a second one, and rollbacks. */
    START;

    /**
     * Returns the mode that a flag names: {@code load}, {@code overload}, {@code churn} or {@code
     * start}.
     *
     * @throws IllegalArgumentException for another word
     */
    public static Mode of(String flag) {
      for (Mode mode : values()) {
        if (mode.name().toLowerCase(Locale.ROOT).equals(flag)) {
          return mode;
        }
      }
      throw new IllegalArgumentException(
          "mode must be load, overload, churn or start, not '" + flag + "'");
    }
  }

  /** The name under which the domain and its topics exist. */
  static final String DOMAIN = "bench";

  /** Returns the defaults: 100,000 items and users, 1,000 requests and rows a second, a minute. */
  public static ServeBenchConfig defaults(Path bundle) {
    return new ServeBenchConfig(
        100_000, 100_000, 1_000, 1_000, 60, Mode.LOAD, bundle, 10, 512, Placement.CPU);
  }
}
