package dev.headwater.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The configuration files of an installation's parts, one each. For one thread. */
public final class PartFiles {
  private final Path home;
  private final Map<String, Map<String, Object>> written = new LinkedHashMap<>();

  /** Keeps them in a directory that is there. */
  public PartFiles(Path home) {
    this.home = home;
  }

  /** Gives a part these values and no others, from its next start on; returns where they stand. */
  public Path write(String part, Map<String, Object> values) throws IOException {
    written.put(part, new LinkedHashMap<>(values));
    StringBuilder text = new StringBuilder();
    values.forEach(
        (key, value) -> text.append(key).append(" = ").append(hocon(value)).append('\n'));
    return Files.writeString(home.resolve(part + ".conf"), text);
  }

  /** Changes some values of a part; returns all that it had. */
  Map<String, Object> change(String part, Map<String, Object> changes) throws IOException {
    Map<String, Object> before = written.getOrDefault(part, Map.of());
    Map<String, Object> after = new LinkedHashMap<>(before);
    after.putAll(changes);
    Path unused = write(part, after);
    return before;
  }

  private static String hocon(Object value) {
    if (value instanceof List<?> list) {
      return "[\"" + String.join("\", \"", list.stream().map(String::valueOf).toList()) + "\"]";
    }
    return value instanceof Number ? value.toString() : "\"" + value + "\"";
  }
}
