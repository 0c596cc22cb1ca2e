package dev.headwater.serving.lag;

import java.time.Duration;

/**
 * How a node judges lag.
 *
 * @param node its name; what makes a start of it unique is added
 * @param interval between two heartbeats of a partition; zero: none are sent and nothing is judged
 * @param slowAfter a hop whose lag is longer is slow
 * @param idleAfter a hop that no real record passed for so long is idle
 */
public record HeartbeatConfig(
    String node, Duration interval, Duration slowAfter, Duration idleAfter) {
  private static final long STOPPED_INTERVALS = 3;
  private static final long STOPPED_MORE_MS = 5_000;
  private static final int MAX_NODE_CHARS = 100;

  /** Every 2 s; slow after 3 s, idle after a minute. */
  public static final HeartbeatConfig DEFAULT =
      new HeartbeatConfig(
          "node", Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofMinutes(1));

  /** Checks the values. */
  public HeartbeatConfig {
    if (node.isBlank() || node.length() > MAX_NODE_CHARS) {
      throw new IllegalArgumentException(
          "a node's name has 1 to " + MAX_NODE_CHARS + " characters");
    }
    if (interval.isNegative() || (!interval.isZero() && interval.toMillis() < 100)) {
      throw new IllegalArgumentException("the interval of heartbeats is 0 or at least 100 ms");
    }
    if (slowAfter.isNegative() || slowAfter.isZero() || idleAfter.isNegative()) {
      throw new IllegalArgumentException("slowAfter and idleAfter must be positive");
    }
  }

  /** Returns the same with another interval. */
  public HeartbeatConfig every(Duration newInterval) {
    return new HeartbeatConfig(node, newInterval, slowAfter, idleAfter);
  }

  /** Tells whether heartbeats are sent. */
  public boolean isOn() {
    return !interval.isZero();
  }

  /** Returns after which silence something that waits says that a hop has stopped. */
  long stoppedMs() {
    return STOPPED_INTERVALS * interval.toMillis() + STOPPED_MORE_MS;
  }
}
