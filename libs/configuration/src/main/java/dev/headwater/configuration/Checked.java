package dev.headwater.configuration;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A user's values compared with the reference, key by key. What is wrong is left out, so that
 * binding goes on to find the rest.
 *
 * @param effective the user's values over the reference
 * @param bindable the same, durations as ISO 8601, sizes as bytes, open sections as flat texts
 * @param problems each with file and line
 */
record Checked(Config effective, Config bindable, List<String> problems) {
  static Checked of(Reference reference, Config user) {
    List<String> problems = new ArrayList<>();
    Map<String, ConfigValue> misplaced = new TreeMap<>();
    misplaced(reference, user.root(), List.of(), misplaced);
    Config known = user;
    for (Map.Entry<String, ConfigValue> entry : misplaced.entrySet()) {
      problems.add(
          "%s: %s must be %s"
              .formatted(
                  Origins.name(entry.getValue().origin()),
                  entry.getKey(),
                  reference.knows(entry.getKey())
                      ? Kind.of(reference.value(entry.getKey())).description()
                      : "left out or have a value"));
      known = known.withoutPath(entry.getKey());
    }
    for (Map.Entry<String, ConfigValue> entry : known.entrySet()) {
      String problem = problem(reference, user, entry.getKey());
      if (problem != null) {
        problems.add(Origins.name(entry.getValue().origin()) + ": " + problem);
        known = known.withoutPath(entry.getKey());
      }
    }
    problems.sort(null);
    Config effective = known.withFallback(reference.values());
    return new Checked(effective, bindable(reference, effective), problems);
  }

  /**
   * Finds what an entry set does not show and what would hide the reference's value all the same:
   * nulls, and sections in the place of values.
   */
  private static void misplaced(
      Reference reference,
      ConfigObject section,
      List<String> path,
      Map<String, ConfigValue> misplaced) {
    section.forEach(
        (name, value) -> {
          List<String> below = new ArrayList<>(path);
          below.add(name);
          String key = ConfigUtil.joinPath(below);
          boolean isSection = value.valueType() == ConfigValueType.OBJECT;
          if (value.valueType() == ConfigValueType.NULL || (isSection && reference.isValue(key))) {
            misplaced.put(key, value);
          } else if (isSection) {
            misplaced(reference, (ConfigObject) value, below, misplaced);
          }
        });
  }

  private static @Nullable String problem(Reference reference, Config user, String key) {
    if (!reference.knows(key)) {
      return "unknown key " + key + reference.nearest(key);
    }
    if (Reference.isOpen(key)) {
      return ClientOptions.problem(key, user.getValue(key));
    }
    Kind kind = Kind.of(reference.value(key));
    try {
      return kind.read(user, key) == null ? key + " is empty" : null;
    } catch (ConfigException e) {
      String type = user.getValue(key).valueType().name().toLowerCase(Locale.ROOT);
      return "%s must be %s%s"
          .formatted(
              key,
              kind.description(),
              e instanceof ConfigException.WrongType ? ", not a " + type : "");
    }
  }

  private static Config bindable(Reference reference, Config effective) {
    Config bindable = effective;
    for (Map.Entry<String, ConfigValue> entry : reference.values().entrySet()) {
      String key = entry.getKey();
      Object value = Kind.of(entry.getValue()).read(effective, key);
      bindable = bindable.withValue(key, ConfigValueFactory.fromAnyRef(value));
    }
    for (String open : Reference.OPEN) {
      bindable =
          bindable.withValue(open, ConfigValueFactory.fromMap(flat(effective.getConfig(open))));
    }
    return bindable;
  }

  private static Map<String, Object> flat(Config section) {
    Map<String, Object> texts = new HashMap<>();
    section
        .entrySet()
        .forEach(
            e ->
                texts.put(
                    String.join(".", ConfigUtil.splitPath(e.getKey())),
                    String.valueOf(e.getValue().unwrapped())));
    return texts;
  }
}
