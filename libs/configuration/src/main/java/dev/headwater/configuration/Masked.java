package dev.headwater.configuration;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;

/**
 * Renders values so that they may be shown. Of what passes through to Kafka, only keys that Kafka
 * itself knows and does not call passwords are shown: an unknown key may hold anything.
 */
final class Masked {
  static final String MASK = "***";

  /** What passes to Kafka's clients: every open section of {@code kafka}. */
  private static final Pattern PASSED =
      Pattern.compile("kafka\\.(client|producer|consumer|admin)\\.(.+)");

  /** Ours, those of Flink's {@code GlobalConfiguration}, and the object stores' keys. */
  private static final List<String> SECRET_WORDS =
      List.of(
          "password",
          "passphrase",
          "secret",
          "jaas",
          "token",
          "credential",
          "access.keys",
          "access.key",
          "access-key",
          "accesskey",
          "account.key",
          "api-key",
          "apikey",
          "service-key",
          "auth-params",
          "basic-auth",
          "http-headers");

  private static final Pattern API_KEY = Pattern.compile("hw_[A-Za-z0-9_-]{20,}");
  private static final Pattern USER_INFO = Pattern.compile("://[^/@\\s\"]+@");
  private static final Set<String> SHOWN_OF_KAFKA = shownOfKafka();

  private Masked() {}

  private static Set<String> shownOfKafka() {
    Set<String> shown = new TreeSet<>();
    for (ConfigDef known :
        List.of(
            ProducerConfig.configDef(),
            ConsumerConfig.configDef(),
            AdminClientConfig.configDef())) {
      known
          .configKeys()
          .forEach(
              (name, key) -> {
                if (key.type != ConfigDef.Type.PASSWORD) {
                  shown.add(name);
                }
              });
    }
    return shown;
  }

  static String value(String key, ConfigValue value) {
    if (isSecret(key)) {
      return MASK;
    }
    String text = value.render(ConfigRenderOptions.concise());
    text = API_KEY.matcher(text).replaceAll(MASK);
    return USER_INFO.matcher(text).replaceAll("://" + MASK + "@");
  }

  private static boolean isSecret(String key) {
    Matcher passed = PASSED.matcher(key);
    if (passed.matches()
        && !SHOWN_OF_KAFKA.contains(String.join(".", ConfigUtil.splitPath(passed.group(2))))) {
      return true;
    }
    String lower = key.toLowerCase(Locale.ROOT);
    return SECRET_WORDS.stream().anyMatch(lower::contains) && !lower.endsWith("-file");
  }
}
