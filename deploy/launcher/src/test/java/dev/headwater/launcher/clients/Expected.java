package dev.headwater.launcher.clients;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What must come back: {@code *} is anything that is there, {@code +} a number above 0, {@code #3}
 * a list of three; an object may have more fields than are named, a list no more elements; all else
 * is equal.
 */
final class Expected {
  private final List<String> complaints = new ArrayList<>();

  private Expected() {}

  /** Returns what is not as expected; nothing when all is. */
  static List<String> complaints(JsonNode pattern, JsonNode got) {
    Expected expected = new Expected();
    expected.compare("", pattern, got);
    return expected.complaints;
  }

  private void compare(String where, JsonNode pattern, JsonNode got) {
    if (got.isMissingNode() || got.isNull()) {
      complaints.add(where + " is absent");
    } else if (pattern.isObject()) {
      pattern
          .properties()
          .forEach(e -> compare(where + "/" + e.getKey(), e.getValue(), got.path(e.getKey())));
    } else if (pattern.isArray()) {
      compareSize(where, pattern.size(), got);
      for (int i = 0; i < pattern.size(); i++) {
        compare(where + "/" + i, pattern.get(i), got.path(i));
      }
    } else if (pattern.isTextual() && pattern.textValue().startsWith("#")) {
      compareSize(where, Integer.parseInt(pattern.textValue().substring(1)), got);
    } else if (pattern.isTextual() && pattern.textValue().equals("+")) {
      if (got.asDouble() <= 0) {
        complaints.add(where + " is " + got);
      }
    } else if (!isAny(pattern) && !same(pattern, got)) {
      complaints.add(where + " is " + got + ", not " + pattern);
    }
  }

  private void compareSize(String where, int size, JsonNode got) {
    if (!got.isArray() || got.size() != size) {
      complaints.add(where + " is no list of " + size + ": " + got);
    }
  }

  private static boolean isAny(JsonNode pattern) {
    return pattern.isTextual() && pattern.textValue().equals("*");
  }

  private static boolean same(JsonNode pattern, JsonNode got) {
    return pattern.isNumber()
        ? got.isNumber() && pattern.decimalValue().compareTo(got.decimalValue()) == 0
        : pattern.equals(got);
  }
}
