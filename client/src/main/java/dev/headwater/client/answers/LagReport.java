package dev.headwater.client.answers;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How late each hop is, as one node sees it.
 *
 * @param node who says so
 * @param atMs when, Unix milliseconds
 * @param intervalMs between two heartbeats; 0: off, and then there are no hops
 * @param hops by domain, path and hop
 */
public record LagReport(String node, long atMs, long intervalMs, List<HopReading> hops) {
  /** Copies the list. */
  public LagReport {
    hops = List.copyOf(hops);
  }

  /** Tells whether a hop has stopped. */
  public boolean anyStopped() {
    return hops.stream().anyMatch(hop -> hop.state().equals("stopped"));
  }

  /**
   * One hop.
   *
   * @param domain whose heartbeats
   * @param path clicks or items
   * @param hop its name
   * @param state live, idle, slow or stopped
   * @param seconds the last heartbeat's lag, or how long the present one waits if that is more
   * @param p50Seconds median of the last five minutes, 0 before the first
   * @param p99Seconds 99th percentile of the same
   * @param lastHeartbeatMs when one last passed in every partition, 0 for not yet
   * @param clockSkewMs how far the hop's clock is ahead of the node's; null while they agree
   */
  public record HopReading(
      String domain,
      String path,
      String hop,
      String state,
      double seconds,
      double p50Seconds,
      double p99Seconds,
      long lastHeartbeatMs,
      @Nullable Long clockSkewMs) {
    /** Returns the same reading in another state. */
    public HopReading in(String other) {
      return new HopReading(
          domain, path, hop, other, seconds, p50Seconds, p99Seconds, lastHeartbeatMs, clockSkewMs);
    }
  }
}
