package dev.headwater.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How times are written: numbers since 1970 in a unit, texts as ISO 8601 or by a pattern. A text
 * that holds a number is a number; a text without a zone is meant in {@code zone}.
 *
 * @param unit of numbers
 * @param pattern of texts, null for ISO 8601
 * @param zone where the text names none
 */
record TimeFormat(Unit unit, @Nullable DateTimeFormatter pattern, ZoneId zone) {
  static final TimeFormat DEFAULT = new TimeFormat(Unit.MILLISECONDS, null, ZoneOffset.UTC);

  /** Units of numbers, as powers of ten below a second. */
  enum Unit {
    DAYS(0, 86_400),
    SECONDS(0, 1),
    MILLISECONDS(3, 1),
    MICROSECONDS(6, 1),
    NANOSECONDS(9, 1);

    private final int scale;
    private final int seconds;

    Unit(int scale, int seconds) {
      this.scale = scale;
      this.seconds = seconds;
    }

    private BigDecimal toMs(BigDecimal number) {
      return number.multiply(BigDecimal.valueOf(seconds)).scaleByPowerOfTen(3 - scale);
    }
  }

  /** Makes one of what a mapping says; null where it says nothing. */
  static TimeFormat of(@Nullable String unit, @Nullable String pattern, @Nullable String zone) {
    try {
      return new TimeFormat(
          unit == null ? Unit.MILLISECONDS : Unit.valueOf(unit.toUpperCase(Locale.ROOT)),
          pattern == null ? null : DateTimeFormatter.ofPattern(pattern, Locale.ROOT),
          zone == null ? ZoneOffset.UTC : ZoneId.of(zone));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("zone " + zone + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads a time.
   *
   * @return Unix milliseconds
   * @throws RejectedRecordException {@code wrong_type} or {@code invalid_value}
   */
  long read(String field, JsonNode node) throws RejectedRecordException {
    BigDecimal number = number(node);
    if (number != null) {
      try {
        return unit.toMs(Conversions.sized(field, number))
            .setScale(0, RoundingMode.FLOOR)
            .longValueExact();
      } catch (ArithmeticException e) {
        throw new RejectedRecordException(
            ReasonCode.INVALID_VALUE, field + ": " + shown(node) + " is no time");
      }
    }
    if (!node.isTextual()) {
      throw new RejectedRecordException(
          ReasonCode.WRONG_TYPE, field + ": a time is a number or a text, not " + shown(node));
    }
    try {
      return parse(node.textValue().strip());
    } catch (DateTimeException | ArithmeticException e) {
      throw new RejectedRecordException(
          ReasonCode.INVALID_VALUE, field + ": " + shown(node) + " is no time as declared");
    }
  }

  private @Nullable BigDecimal number(JsonNode node) {
    if (node.isNumber()) {
      return node.decimalValue();
    }
    boolean digits =
        pattern == null
            && node.isTextual()
            && node.textValue().matches("-?\\d{1,20}(\\.\\d{1,9})?");
    return digits ? new BigDecimal(node.textValue()) : null;
  }

  private long parse(String text) {
    DateTimeFormatter formatter = pattern == null ? iso(text) : pattern;
    TemporalAccessor parsed =
        formatter.parseBest(
            text, ZonedDateTime::from, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
    return instant(parsed).toInstant().toEpochMilli();
  }

  private ZonedDateTime instant(TemporalAccessor parsed) {
    if (parsed instanceof LocalDateTime local) {
      return local.atZone(zone);
    }
    return parsed instanceof LocalDate day ? day.atStartOfDay(zone) : ZonedDateTime.from(parsed);
  }

  private static DateTimeFormatter iso(String text) {
    return text.length() <= 10 ? DateTimeFormatter.ISO_LOCAL_DATE : DateTimeFormatter.ISO_DATE_TIME;
  }

  private static String shown(JsonNode node) {
    return Conversions.shown(node);
  }
}
