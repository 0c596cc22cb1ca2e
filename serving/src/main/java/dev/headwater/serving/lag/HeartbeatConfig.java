package dev.headwater.serving.lag;

import dev.headwater.configuration.ConfigFile;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;

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

  /** The reference's values. */
  public static final HeartbeatConfig DEFAULT =
      ConfigFile.section("heartbeats", Map.of("node", "node"), HeartbeatConfig.class);

  /** Checks the values; a node without a name has its host's. */
  public HeartbeatConfig {
    node = node.isBlank() ? hostName() : node;
    if (node.length() > MAX_NODE_CHARS) {
      throw new IllegalArgumentException(
          "a node's name has at most " + MAX_NODE_CHARS + " characters");
    }
    if (interval.isNegative() || (!interval.isZero() && interval.toMillis() < 100)) {
      throw new IllegalArgumentException("the interval of heartbeats is 0 or at least 100 ms");
    }
    if (slowAfter.isNegative() || slowAfter.isZero() || idleAfter.isNegative()) {
      throw new IllegalArgumentException("slowAfter and idleAfter must be positive");
    }
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "node";
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
