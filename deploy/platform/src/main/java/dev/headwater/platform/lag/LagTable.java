package dev.headwater.platform.lag;

import dev.headwater.client.answers.LagReport;
import dev.headwater.client.answers.LagReport.HopReading;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Readings as lines of text. */
public final class LagTable {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

  private LagTable() {}

  /** Returns the lines, a heading first. */
  public static List<String> lines(LagReport report) {
    List<String> lines = new ArrayList<>();
    String at = TIME.format(Instant.ofEpochMilli(report.atMs()).atZone(ZoneId.systemDefault()));
    lines.add(
        report.intervalMs() == 0
            ? at + "  " + report.node() + ": heartbeats are off, so nothing is known of any lag"
            : at
                + "  "
                + report.node()
                + ", heartbeats every "
                + seconds(report.intervalMs() / 1e3));
    lines.add(row("domain", "path", "hop", "state", "lag", "p50", "p99", "last passed", ""));
    for (HopReading hop : report.hops()) {
      lines.add(line(report, hop));
    }
    return lines;
  }

  private static String line(LagReport report, HopReading hop) {
    return row(
        hop.domain(),
        hop.path(),
        hop.hop(),
        hop.state(),
        seconds(hop.seconds()),
        seconds(hop.p50Seconds()),
        seconds(hop.p99Seconds()),
        hop.lastHeartbeatMs() == 0
            ? "never"
            : seconds((report.atMs() - hop.lastHeartbeatMs()) / 1e3) + " ago",
        skew(hop));
  }

  private static String skew(HopReading hop) {
    Long skew = hop.clockSkewMs();
    if (skew == null) {
      return "";
    }
    return "its clock is " + seconds(Math.abs(skew) / 1e3) + (skew > 0 ? " ahead" : " behind");
  }

  private static String row(Object... cells) {
    return "%-14s %-7s %-11s %-8s %9s %9s %9s  %-12s %s".formatted(cells).stripTrailing();
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, seconds < 100 ? "%.2f s" : "%.0f s", seconds);
  }
}
