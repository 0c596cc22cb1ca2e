package dev.headwater.store.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.store.table.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastFollowedTest {
  private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

  @TempDir Path folder;

  private LastFollowed at(Duration later) {
    return new LastFollowed(
        folder.resolve("tables"), Clock.fixed(START.plus(later), ZoneOffset.UTC));
  }

  @Test
  void aDirectoryThatWasAwayTooLongIsNotGoneOnWith() {
    at(Duration.ZERO).note();
    assertThatCode(at(Restore.AGE_MAX)::requireRecent).doesNotThrowAnyException();
    assertThatThrownBy(at(Restore.AGE_MAX.plusSeconds(1))::requireRecent)
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo(StoreException.Code.TOO_OLD))
        .hasMessageContaining("7 days ago")
        .hasMessageContaining("tables.followed");
  }

  @Test
  void whatWentOnIsRecentAgain() {
    at(Duration.ZERO).note();
    at(Duration.ofDays(6)).note();
    assertThatCode(at(Duration.ofDays(12))::requireRecent).doesNotThrowAnyException();
  }

  @Test
  void aNewDirectoryHasNoAge() {
    assertThatCode(at(Duration.ZERO)::requireRecent).doesNotThrowAnyException();
    assertThat(Files.exists(folder.resolve("tables.followed"))).isFalse();
  }
}
