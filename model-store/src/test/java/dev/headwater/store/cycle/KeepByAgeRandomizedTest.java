package dev.headwater.store.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.VersionStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Versions sealed at random moments, some of them refused: what one can go back to afterwards. */
class KeepByAgeRandomizedTest {
  private static final long START_MS = 1_700_000_000_000L;
  private static final Duration EVERY = Duration.ofMinutes(10);
  private static final Duration MINUTES = Duration.ofHours(2);
  private static final Duration HOURS = Duration.ofDays(2);
  private static final Duration DAYS = Duration.ofDays(14);
  private static final KeepByAge KEEP = new KeepByAge(EVERY, MINUTES, HOURS, DAYS);

  private static List<SealedVersion> versions(Random random, long nowMs) {
    List<SealedVersion> versions = new ArrayList<>();
    long sealedMs = nowMs - Duration.ofDays(16).toMillis();
    for (long number = 1; sealedMs < nowMs; number++) {
      long left = nowMs - sealedMs;
      sealedMs += 1 + (long) (random.nextDouble() * Math.max(20_000, left / 40.0));
      VersionStatus status =
          random.nextInt(6) == 0 ? VersionStatus.REJECTED : VersionStatus.ANNOUNCED;
      if (sealedMs < nowMs) {
        versions.add(
            new SealedVersion(
                "toys", "m1", number, status, 1, 1, 1, 0, Map.of(), sealedMs, 0, List.of(), null));
      }
    }
    return versions;
  }

  private static boolean isServable(SealedVersion version) {
    return version.status() == VersionStatus.ANNOUNCED;
  }

  /** The length of the stretch of which one version of that age is kept; 0: none. */
  private static long stretchMs(long ageMs) {
    if (ageMs <= MINUTES.toMillis()) {
      return 60_000;
    }
    if (ageMs <= HOURS.toMillis()) {
      return 3_600_000;
    }
    return ageMs <= DAYS.toMillis() ? 86_400_000 : 0;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void ofEachStretchTheLastThatCanBeServedIsKeptAndOfTheLastMinutesAll(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 20; i++) {
      long nowMs = START_MS + random.nextInt(100_000_000);
      List<SealedVersion> versions = versions(random, nowMs);
      long served = versions.get(random.nextInt(versions.size())).version();
      NavigableSet<Long> kept = KEEP.of(versions, served, nowMs);
      String as = "seed %d, history %d".formatted(seed, i);
      assertThat(kept).as(as).contains(served, versions.get(versions.size() - 1).version());
      for (int at = 0; at < versions.size(); at++) {
        SealedVersion version = versions.get(at);
        long ageMs = nowMs - version.sealedMs();
        if (ageMs <= EVERY.toMillis()) {
          assertThat(kept).as(as).contains(version.version());
        } else if (at < versions.size() - 1 && version.version() != served) {
          boolean last = isServable(version) && isLastOfItsStretch(versions, at, served, nowMs);
          assertThat(kept.contains(version.version()))
              .as("%s: version %d, %d s old", as, version.version(), ageMs / 1000)
              .isEqualTo(last && stretchMs(ageMs) > 0);
        }
      }
    }
  }

  /** The served one and the newest stay for reasons of their own and take nobody's place. */
  private static boolean isLastOfItsStretch(
      List<SealedVersion> versions, int at, long served, long nowMs) {
    SealedVersion version = versions.get(at);
    long length = Math.max(1, stretchMs(nowMs - version.sealedMs()));
    for (SealedVersion later : versions.subList(at + 1, versions.size() - 1)) {
      long ageMs = nowMs - later.sealedMs();
      boolean sameStretch =
          later.version() != served
              && ageMs > EVERY.toMillis()
              && stretchMs(ageMs) == length
              && later.sealedMs() / length == version.sealedMs() / length;
      if (sameStretch && isServable(later)) {
        return false;
      }
    }
    return true;
  }

  /** Thinned out every few minutes or at once after months: a version once gone is not missed. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void thinningOftenLosesNoStretchThatThinningOnceWouldKeep(long seed) {
    Random random = new Random(seed);
    long nowMs = START_MS;
    List<SealedVersion> all = versions(random, nowMs);
    List<SealedVersion> left = new ArrayList<>();
    for (SealedVersion version : all) {
      left.add(version);
      if (random.nextInt(4) == 0) {
        NavigableSet<Long> kept = KEEP.of(left, version.version(), version.sealedMs());
        left.removeIf(each -> !kept.contains(each.version()));
      }
    }
    long newest = all.get(all.size() - 1).version();
    NavigableSet<Long> often = KEEP.of(left, newest, nowMs);
    NavigableSet<Long> once = KEEP.of(all, newest, nowMs);
    for (long wanted : once) {
      SealedVersion version = all.get((int) wanted - 1);
      long length = Math.max(60_000, stretchMs(nowMs - version.sealedMs()));
      assertThat(often)
          .as("seed %d: something of about the time of version %d", seed, wanted)
          .anyMatch(
              each ->
                  Math.abs(all.get((int) (each - 1)).sealedMs() - version.sealedMs()) <= length);
    }
    assertThat(often.size()).isLessThanOrEqualTo(once.size() + 3);
  }
}
