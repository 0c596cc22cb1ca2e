package dev.headwater.platform.lag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.client.answers.LagReport;
import dev.headwater.client.answers.LagReport.HopReading;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LagTableTest {
  private static final long NOW_MS = 1_700_000_000_000L;

  private static HopReading hop(
      String name, String state, double seconds, long lastMs, @Nullable Long skewMs) {
    return new HopReading("shop", "click", name, state, seconds, 0.5, 250, lastMs, skewMs);
  }

  private static List<String> lines(long intervalMs, HopReading... hops) {
    return LagTable.lines(new LagReport("node-1", NOW_MS, intervalMs, List.of(hops)));
  }

  @Test
  void eachHopHasALineUnderItsHeading() {
    List<String> lines =
        lines(
            2_000,
            hop("ingest", "live", 0.123, NOW_MS - 1_500, null),
            hop("serving", "slow", 123.4, NOW_MS - 200_000, -250L));
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0)).contains("node-1, heartbeats every 2.00 s");
    assertThat(lines.get(1).split(" +", -1)).startsWith("domain", "path", "hop", "state", "lag");
    assertThat(lines.get(2)).contains("shop", "live", "0.12 s", "0.50 s", "250 s", "1.50 s ago");
    assertThat(lines.get(3)).contains("slow", "123 s", "200 s ago", "its clock is 0.25 s behind");
    for (String column : List.of("state", "lag", "p50")) {
      assertThat(lines.get(1).indexOf(column)).isPositive();
    }
    assertThat(lines.get(2).indexOf("live")).isEqualTo(lines.get(1).indexOf("state"));
    assertThat(lines.get(3).indexOf("slow")).isEqualTo(lines.get(1).indexOf("state"));
  }

  @Test
  void aHopThatNothingPassedSaysNeverAndAClockAheadSaysSo() {
    List<String> lines =
        lines(
            2_000,
            hop("ingest", "stopped", 0, 0, null),
            hop("store", "live", 1, NOW_MS - 1, 1_250L));
    assertThat(lines.get(2)).endsWith("never").contains("stopped");
    assertThat(lines.get(3)).endsWith("its clock is 1.25 s ahead");
  }

  @Test
  void withoutHeartbeatsNothingIsClaimed() {
    assertThat(lines(0).get(0)).contains("heartbeats are off, so nothing is known of any lag");
  }
}
