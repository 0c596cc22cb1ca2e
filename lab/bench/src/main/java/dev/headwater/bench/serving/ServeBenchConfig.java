package dev.headwater.bench.serving;

import dev.headwater.idp.bundle.Precision;
import dev.headwater.serving.config.Placement;
import java.nio.file.Path;

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
 * @param rowPrecision in which the node keeps rows
 * @param ranked whether answers come from all experts, as a node is shipped
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
    Placement placement,
    Precision rowPrecision,
    boolean ranked) {

  /** What the load is like. */
  public enum Mode {
    /** A steady rate. */
    LOAD,
    /** The peak, then three times the peak, then half of it. */
    OVERLOAD,
    /** A steady rate while items change, come and go. */
    CHURN,
    /** No load: a node starts from a snapshot; with users, a second one, and rollbacks. */
    START
  }

  /** The name under which the domain and its topics exist. */
  static final String DOMAIN = "bench";
}
