package dev.headwater.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.headwater.events.json.RejectedRecordException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeFormatTest {
  private static long read(TimeFormat format, String json) throws Exception {
    return format.read("timestamp", JsonDecoder.JSON.readTree(json));
  }

  @ParameterizedTest
  @CsvSource({
    "days,         20368,               1759795200000",
    "seconds,      1760000000,          1760000000000",
    "seconds,      1760000000.25,       1760000000250",
    "milliseconds, 1760000000123,       1760000000123",
    "microseconds, 1760000000123999,    1760000000123",
    "nanoseconds,  1760000000123999999, 1760000000123",
    "microseconds, -1,                  -1"
  })
  void aNumberIsInTheDeclaredUnit(String unit, String number, long ms) throws Exception {
    assertThat(read(TimeFormat.of(unit, null, null), number)).isEqualTo(ms);
    assertThat(read(TimeFormat.of(unit, null, null), '"' + number + '"')).isEqualTo(ms);
  }

  @ParameterizedTest
  @CsvSource({
    "2025-10-09T08:53:20Z,        1760000000000",
    "2025-10-09T10:53:20.5+02:00, 1760000000500",
    "2025-10-09T08:53:20,         1760000000000",
    "2025-10-09,                  1759968000000"
  })
  void aTextIsIso8601WhateverTheUnit(String text, long ms) throws Exception {
    assertThat(read(TimeFormat.of("microseconds", null, null), '"' + text + '"')).isEqualTo(ms);
  }

  /** Written out it would have billions of digits. */
  @ParameterizedTest
  @CsvSource({"1e600000000", "1e-600000000", "\"1e600000000\""})
  void aNumberThatNobodyCanWriteOutIsNoTime(String json) {
    assertThatThrownBy(() -> read(TimeFormat.of("seconds", null, null), json))
        .isInstanceOf(RejectedRecordException.class);
  }

  @Test
  void anIdThatNobodyCanWriteOutIsRefused() throws Exception {
    var node = JsonDecoder.JSON.readTree("1e2000000000");
    assertThatThrownBy(() -> Conversions.text("user", node))
        .isInstanceOf(RejectedRecordException.class)
        .hasMessageContaining("digits");
  }

  @Test
  void aPatternAndAZoneCanBeDeclared() throws Exception {
    TimeFormat format = TimeFormat.of(null, "dd.MM.yyyy HH:mm", "Europe/Berlin");
    assertThat(read(format, "\"09.10.2025 10:53\"")).isEqualTo(1_759_999_980_000L);
    assertThat(read(TimeFormat.of(null, "yyyyMMdd", null), "\"20251009\""))
        .isEqualTo(1_759_968_000_000L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "true|wrong_type",
        "{}|wrong_type",
        "\"yesterday\"|invalid_value",
        "\"2025-13-01\"|invalid_value",
        "\"2025-10-09 08:53\"|invalid_value",
        "1e40|invalid_value"
      })
  void whatIsNoTimeIsRefused(String json, String code) throws JsonProcessingException {
    assertThatThrownBy(() -> read(TimeFormat.DEFAULT, json))
        .isInstanceOfSatisfying(
            RejectedRecordException.class, e -> assertThat(e.reason().code()).isEqualTo(code));
  }

  @Test
  void aUnitPatternOrZoneThatIsNoneIsRefusedAtOnce() {
    assertThatThrownBy(() -> TimeFormat.of("fortnights", null, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TimeFormat.of(null, "qqqqqqqq", null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TimeFormat.of(null, null, "Atlantis"))
        .hasMessageContaining("Atlantis");
  }
}
