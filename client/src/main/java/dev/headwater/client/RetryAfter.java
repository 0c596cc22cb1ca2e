package dev.headwater.client;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** Header {@code Retry-After} (RFC 9110): seconds, as our servers write it, or a date. */
final class RetryAfter {
  private RetryAfter() {}

  /** Returns how long the server asks to wait; zero when it does not, or not in words we know. */
  static Duration in(HttpHeaders headers, Instant now) {
    return of(headers.firstValue("retry-after").orElse(""), now);
  }

  static Duration of(String text, Instant now) {
    if (text.matches("[0-9]{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(text));
    }
    try {
      Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(now, until);
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeException e) {
      return Duration.ZERO;
    }
  }
}
