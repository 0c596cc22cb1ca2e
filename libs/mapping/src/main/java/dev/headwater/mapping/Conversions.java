package dev.headwater.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a found value becomes. Lenient where nothing is lost: an id that is a number becomes a text,
 * a number in a text a number.
 */
final class Conversions {
  private static final int SHOWN_CHARS = 80;
  private static final int DIGITS_MAX = 400;

  private Conversions() {}

  static String text(String field, JsonNode node) throws RejectedRecordException {
    if (!node.isValueNode()) {
      throw wrong(field, "a text", node);
    }
    if (node.isFloatingPointNumber()) {
      BigDecimal number = sized(field, node.decimalValue());
      return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }
    return node.asText();
  }

  /** A few characters may say a number that has billions of digits once it is written out. */
  static BigDecimal sized(String field, BigDecimal number) throws RejectedRecordException {
    if (Math.abs((long) number.scale()) > DIGITS_MAX || number.precision() > DIGITS_MAX) {
      throw new RejectedRecordException(
          ReasonCode.INVALID_VALUE, field + ": a number of more than " + DIGITS_MAX + " digits");
    }
    return number;
  }

  static double number(String field, JsonNode node) throws RejectedRecordException {
    if (node.isNumber()) {
      return node.doubleValue();
    }
    try {
      return Double.parseDouble(text(field, node));
    } catch (NumberFormatException e) {
      throw wrong(field, "a number", node);
    }
  }

  static long whole(String field, JsonNode node) throws RejectedRecordException {
    try {
      return new BigDecimal(text(field, node).strip()).longValueExact();
    } catch (NumberFormatException | ArithmeticException e) {
      throw wrong(field, "a whole number", node);
    }
  }

  static boolean flag(String field, JsonNode node) throws RejectedRecordException {
    Boolean flag = node.isBoolean() ? Boolean.valueOf(node.booleanValue()) : flag(node.asText());
    if (flag == null) {
      throw wrong(field, "true or false", node);
    }
    return flag;
  }

  /** Databases say it with numbers. */
  private static @Nullable Boolean flag(String text) {
    return switch (text) {
      case "true", "1" -> Boolean.TRUE;
      case "false", "0" -> Boolean.FALSE;
      default -> null;
    };
  }

  /** Texts of an array, or of one text at its separators. */
  static List<String> texts(String field, JsonNode node, @Nullable String separator)
      throws RejectedRecordException {
    List<String> texts = new ArrayList<>();
    if (node.isArray()) {
      for (JsonNode element : node) {
        if (!element.isNull()) {
          texts.add(text(field, element));
        }
      }
      return texts;
    }
    String whole = text(field, node);
    int from = 0;
    while (separator != null) {
      int to = whole.indexOf(separator, from);
      if (to < 0) {
        break;
      }
      addUnlessBlank(texts, whole.substring(from, to));
      from = to + separator.length();
    }
    addUnlessBlank(texts, whole.substring(from));
    return texts;
  }

  private static void addUnlessBlank(List<String> texts, String text) {
    if (!text.isBlank()) {
      texts.add(text.strip());
    }
  }

  private static RejectedRecordException wrong(String field, String wanted, JsonNode node) {
    return new RejectedRecordException(
        ReasonCode.WRONG_TYPE, field + " must be " + wanted + ", not " + shown(node));
  }

  static String shown(JsonNode node) {
    String text = node.toString();
    return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "…";
  }
}
