package dev.headwater.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Builds paths and queries; every part that is not ours is encoded. */
final class Paths {
  private Paths() {}

  /** Returns the path of something in a domain. */
  static String of(String domain, String... segments) {
    StringBuilder path = new StringBuilder("/v1/domains/").append(encoded(domain));
    for (String segment : segments) {
      path.append('/').append(encoded(segment));
    }
    return path.toString();
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  static String query(Map<String, List<String>> values) {
    StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
    values.forEach(
        (name, list) -> list.forEach(value -> query.add(encoded(name) + "=" + encoded(value))));
    return query.toString();
  }

  /** Returns a query of names and values in turn; those without a value are left out. */
  static String query(@Nullable Object... pairs) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      Object value = pairs[i + 1];
      if (value != null) {
        values.put(String.valueOf(pairs[i]), List.of(value.toString()));
      }
    }
    return query(values);
  }
}
