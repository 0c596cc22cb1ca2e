package dev.headwater.configuration;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Where a value was written. */
final class Origins {
  private static final String REFERENCE = "reference.conf";

  private Origins() {}

  /** Returns {@code headwater.conf:3}, or {@code command line}. */
  static String name(ConfigOrigin origin) {
    String file = origin.filename();
    String what = file == null ? origin.description() : file;
    int line = origin.lineNumber();
    String last = what.substring(what.lastIndexOf('/') + 1);
    return line > 0 && !last.endsWith(": " + line) ? last + ":" + line : last.replace(": ", ":");
  }

  /**
   * Returns the key that a complaint about a section is about: the one that it names, else one that
   * an installation set itself, else the section.
   */
  static String culprit(Config effective, String section, String complaint) {
    String said = kebab(complaint);
    Comparator<Map.Entry<String, ConfigValue>> likely =
        Comparator.comparing(
            (Map.Entry<String, ConfigValue> e) ->
                (said.contains(last(e.getKey())) ? 2 : 0) + (isReference(e.getValue()) ? 0 : 1));
    Optional<String> key =
        effective.entrySet().stream()
            .filter(e -> e.getKey().startsWith(section + ".") || section.isEmpty())
            .filter(e -> said.contains(last(e.getKey())) || !isReference(e.getValue()))
            .max(likely.thenComparing(Map.Entry::getKey))
            .map(Map.Entry::getKey);
    return key.orElse(section);
  }

  /** Returns where a key's value, or else the section or the list that holds it, was written. */
  static String of(Config effective, String key) {
    if (key.isEmpty()) {
      return "configuration";
    }
    return effective.hasPathOrNull(key)
        ? name(effective.getValue(key).origin())
        : of(effective, key.substring(0, Math.max(0, key.lastIndexOf('.'))));
  }

  private static String last(String key) {
    List<String> path = ConfigUtil.splitPath(key);
    return path.get(path.size() - 1);
  }

  private static boolean isReference(ConfigValue value) {
    return name(value.origin()).startsWith(REFERENCE);
  }

  /** Records name their components as Java does. */
  private static String kebab(String text) {
    return text.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }
}
