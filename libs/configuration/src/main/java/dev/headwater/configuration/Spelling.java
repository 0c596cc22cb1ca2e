package dev.headwater.configuration;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.List;

/** Takes what other software calls a key for ours. */
final class Spelling {
  private static final String OURS = "kafka.bootstrap";

  /** As Kafka's clients say it, wherever somebody would write it. */
  private static final List<String> OTHERS =
      List.of(
          "bootstrap.servers",
          "kafka.bootstrap.servers",
          "kafka.client.bootstrap.servers",
          "kafka.client." + ConfigUtil.quoteString("bootstrap.servers"));

  private Spelling() {}

  /**
   * Returns a user's values with our spelling alone.
   *
   * @throws ConfigurationException when one file says it twice and differently
   */
  static Config ours(Config user) {
    List<ConfigValue> said = new ArrayList<>();
    Config result = user;
    for (String other : OTHERS) {
      if (user.hasPath(other)) {
        said.add(user.getValue(other));
        result = result.withoutPath(other);
      }
    }
    if (said.isEmpty()) {
      return user;
    }
    ConfigValue value = said.get(0);
    if (isText(user)) {
      said.add(user.getValue(OURS));
    }
    for (ConfigValue again : said) {
      if (!again.unwrapped().equals(value.unwrapped())) {
        throw new ConfigurationException(
            "%s: %s is said twice, %s and, at %s, %s (ambiguous_option)"
                .formatted(
                    Origins.name(value.origin()),
                    OURS,
                    value.unwrapped(),
                    Origins.name(again.origin()),
                    again.unwrapped()));
      }
    }
    return result.withValue(OURS, value);
  }

  /** Where Kafka's spelling stands below ours, ours is a section. */
  private static boolean isText(Config user) {
    return user.hasPath(OURS) && user.getValue(OURS).valueType() != ConfigValueType.OBJECT;
  }
}
