package dev.headwater.configuration;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * {@code reference.conf}: which keys there are, their defaults, and what kind of value each takes.
 *
 * @param values as they stand
 */
record Reference(Config values) {
  private static final String RESOURCE = "dev/headwater/configuration/reference.conf";

  /** Below these any key is allowed: they are passed on to a library. */
  static final List<String> OPEN =
      List.of("kafka.client", "kafka.producer", "kafka.consumer", "kafka.admin", "flink.settings");

  static Reference load() {
    return new Reference(
        ConfigFactory.parseResources(Reference.class.getClassLoader(), RESOURCE).resolve());
  }

  boolean knows(String key) {
    return isOpen(key) || values.hasPathOrNull(key);
  }

  /** Tells whether a key has a value of its own and is no section. */
  boolean isValue(String key) {
    return values.hasPath(key) && values.getValue(key).valueType() != ConfigValueType.OBJECT;
  }

  static boolean isOpen(String key) {
    return OPEN.stream().anyMatch(open -> key.startsWith(open + "."));
  }

  ConfigValue value(String key) {
    return values.getValue(key);
  }

  /** A key that ends alike, for who wrote it in another section. */
  String nearest(String key) {
    List<String> path = ConfigUtil.splitPath(key);
    String last = path.get(path.size() - 1);
    Predicate<String> alike = known -> known.endsWith("." + last) || known.equals(last);
    return values.entrySet().stream()
        .map(Map.Entry::getKey)
        .filter(alike)
        .sorted()
        .findFirst()
        .map(known -> " (did you mean " + known + "?)")
        .orElse("");
  }
}
