package dev.headwater.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/**
 * The strings in bytes that were meant to be JSON and may not be: whatever stands between two
 * quotes that follow each other, so that a quote too many hides none. Escapes are resolved: {@code
 * "\u00e9"} is {@code é}. Stateless.
 */
final class QuotedStrings {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private QuotedStrings() {}

  /** Tells whether one of the strings is wanted. */
  static boolean anyMatch(byte[] bytes, Predicate<String> wanted) {
    int opened = -1;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\\') {
        i++; // what is escaped ends nothing
      } else if (bytes[i] == '"') {
        if (opened >= 0 && isWanted(bytes, opened, i + 1, wanted)) {
          return true;
        }
        opened = i;
      }
    }
    return false;
  }

  private static boolean isWanted(byte[] bytes, int from, int to, Predicate<String> wanted) {
    String raw = new String(bytes, from + 1, to - from - 2, StandardCharsets.UTF_8);
    if (raw.indexOf('\\') < 0) {
      return wanted.test(raw);
    }
    try {
      return wanted.test(JSON.readValue('"' + raw + '"', String.class));
    } catch (JsonProcessingException e) {
      return wanted.test(raw); // no JSON string: as it stands
    }
  }
}
