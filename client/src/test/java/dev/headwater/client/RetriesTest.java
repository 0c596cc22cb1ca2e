package dev.headwater.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetriesTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void refusesValuesThatMakeNoSense() {
    Duration some = Duration.ofSeconds(1);
    Duration none = Duration.ofSeconds(-1);
    assertThatThrownBy(() -> new Retries(0, some, some)).isInstanceOf(RuntimeException.class);
    assertThatThrownBy(() -> new Retries(1, none, some)).isInstanceOf(RuntimeException.class);
    assertThatThrownBy(() -> new Retries(1, some, none)).isInstanceOf(RuntimeException.class);
    assertThatThrownBy(() -> Timeouts.of(Duration.ZERO)).isInstanceOf(RuntimeException.class);
    assertThatThrownBy(() -> new Timeouts(none, some)).isInstanceOf(RuntimeException.class);
    assertThatThrownBy(() -> new Timeouts(some, none)).isInstanceOf(RuntimeException.class);
  }

  @ParameterizedTest
  @CsvSource({"1,50,100", "2,100,200", "3,200,400", "6,1000,1000", "60,1000,1000"})
  void waitsLongerEachTimeUpToABound(int attempt, long least, long most) {
    Retries retries = new Retries(9, Duration.ofMillis(100), Duration.ofSeconds(1));
    for (int i = 0; i < 200; i++) {
      assertThat(retries.waitAfter(attempt, Duration.ZERO).toMillis()).isBetween(least, most);
    }
  }

  @Test
  void theServersWordCountsWhereItIsLonger() {
    Retries retries = new Retries(9, Duration.ofMillis(100), Duration.ofSeconds(5));
    assertThat(retries.waitAfter(1, Duration.ofSeconds(2))).isEqualTo(Duration.ofSeconds(2));
    assertThat(retries.waitAfter(1, Duration.ofSeconds(9))).isEqualTo(Duration.ofSeconds(5));
    assertThat(retries.waitAfter(1, Duration.ofSeconds(Long.MAX_VALUE / 2000)))
        .isEqualTo(Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|0",
        "7|7",
        "999999999|999999999",
        "Sun, 01 Mar 2026 12:00:30 GMT|30",
        "Sun, 01 Mar 2026 11:59:00 GMT|0",
        "Sun, 1 Mar 2026 12:01:00 GMT|60"
      })
  void readsSecondsAndDates(String text, long seconds) {
    assertThat(RetryAfter.of(text, NOW)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "-1", "1.5", "soon", "9999999999", "Mon, 01 Mar 2026 12:00:30 GMT"})
  void whatItCannotReadIsNoWish(String text) {
    assertThat(RetryAfter.of(text, NOW)).isZero();
  }
}
