package dev.headwater.platform.config;

import dev.headwater.serving.lag.HeartbeatConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** The block {@code heartbeats} as the record of a serving node. */
final class HeartbeatValues {
  private HeartbeatValues() {}

  static HeartbeatConfig of(Reader r) {
    String node = r.text("node");
    return new HeartbeatConfig(
        node.isBlank() ? hostName() : node,
        r.duration("interval"),
        r.duration("slow-after"),
        r.duration("idle-after"));
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "node";
    }
  }
}
