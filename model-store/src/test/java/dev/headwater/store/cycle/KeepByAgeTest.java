package dev.headwater.store.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.VersionStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class KeepByAgeTest {
  private static final long SEAL_MS = 5_000;
  private static final long START_MS = 1_700_000_000_000L;
  private final KeepVersions keep = CycleConfig.defaults().keep();

  private static SealedVersion version(long number, long sealedMs, VersionStatus status) {
    return new SealedVersion(
        "toys", "m1", number, status, 1, 1, 1, 0, Map.of(), sealedMs, 0, List.of(), null);
  }

  /** Three weeks of a version every five seconds, kept as time passes. */
  @Test
  void reachesBackTwoWeeksWithABoundedNumberOfVersions() {
    List<SealedVersion> versions = new ArrayList<>();
    long nowMs = START_MS;
    int most = 0;
    for (long number = 1; nowMs < START_MS + Duration.ofDays(21).toMillis(); number++) {
      nowMs += SEAL_MS;
      versions.add(version(number, nowMs, VersionStatus.ANNOUNCED));
      if (number % 12 == 0) {
        NavigableSet<Long> kept = keep.of(versions, number, nowMs);
        versions.removeIf(each -> !kept.contains(each.version()));
        most = Math.max(most, versions.size());
      }
    }
    assertThat(most).isBetween(250, 320);
    for (Duration back :
        List.of(
            Duration.ofSeconds(30),
            Duration.ofMinutes(9),
            Duration.ofMinutes(45),
            Duration.ofHours(20),
            Duration.ofDays(13))) {
      long wantedMs = nowMs - back.toMillis();
      long tolerance = Math.max(SEAL_MS, back.toMillis() / 8 + 60_000);
      assertThat(versions)
          .as("a version of about %s ago", back)
          .anyMatch(each -> Math.abs(each.sealedMs() - wantedMs) <= tolerance);
    }
  }

  @Test
  void whatIsServedAndTheNewestStayWhateverTheirAge() {
    long old = START_MS - Duration.ofDays(90).toMillis();
    List<SealedVersion> versions =
        List.of(
            version(1, old, VersionStatus.ANNOUNCED),
            version(2, old, VersionStatus.ANNOUNCED),
            version(3, old, VersionStatus.REJECTED));
    assertThat(keep.of(versions, 1, START_MS)).isEqualTo(new TreeSet<>(List.of(1L, 3L)));
  }

  @Test
  void whatCannotBeServedGoesAfterAWhile() {
    long old = START_MS - Duration.ofMinutes(11).toMillis();
    List<SealedVersion> versions =
        List.of(
            version(1, old, VersionStatus.ANNOUNCED),
            version(2, old, VersionStatus.RETRACTED),
            version(3, START_MS - 1, VersionStatus.RETRACTED),
            version(4, START_MS, VersionStatus.ANNOUNCED));
    assertThat(keep.of(versions, 4, START_MS)).containsExactly(1L, 3L, 4L);
  }
}
