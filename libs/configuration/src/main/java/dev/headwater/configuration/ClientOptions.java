package dev.headwater.configuration;

import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.jspecify.annotations.Nullable;

/**
 * What stands under {@code kafka.producer}, {@code kafka.consumer} and {@code kafka.admin}: Kafka's
 * own names and values, held against Kafka's own definition of them. Options of plug-ins, which
 * Kafka does not know, belong under {@code kafka.client}, where nothing is checked.
 */
final class ClientOptions {
  /** A name with two wrong letters is recognized. */
  private static final int NEAR = 3;

  private static final Map<String, ConfigDef> KINDS =
      Map.of(
          "producer",
          ProducerConfig.configDef(),
          "consumer",
          ConsumerConfig.configDef(),
          "admin",
          AdminClientConfig.configDef());

  /** No record lost, doubled or read before it counts, and each key where all parts look for it. */
  private static final Map<String, Set<String>> FIXED =
      Map.of(
          "producer",
          Set.of(
              "acks",
              "enable.idempotence",
              "transactional.id",
              "transaction.timeout.ms",
              "partitioner.class",
              "partitioner.ignore.keys",
              "key.serializer",
              "value.serializer",
              "client.id"),
          "consumer",
          Set.of(
              "enable.auto.commit",
              "isolation.level",
              "auto.offset.reset",
              "allow.auto.create.topics",
              "group.id",
              "group.instance.id",
              "group.protocol",
              "group.remote.assignor",
              "partition.assignment.strategy",
              "key.deserializer",
              "value.deserializer",
              "client.id"),
          "admin",
          Set.of("bootstrap.controllers", "client.id"));

  private ClientOptions() {}

  /** Returns what is wrong with the value of a key of an open section, null for nothing. */
  static @Nullable String problem(String key, ConfigValue value) {
    List<String> path = ConfigUtil.splitPath(key);
    String kind = path.get(1);
    ConfigDef known = path.get(0).equals("kafka") ? KINDS.get(kind) : null;
    return known == null
        ? null
        : problem(kind, known, String.join(".", path.subList(2, path.size())), value);
  }

  private static @Nullable String problem(
      String kind, ConfigDef known, String option, ConfigValue value) {
    String key = "kafka." + kind + "." + option;
    if (option.equals("bootstrap.servers")) {
      return key + " is for all clients alike: kafka.bootstrap (fixed_option)";
    }
    if (FIXED.getOrDefault(kind, Set.of()).contains(option)) {
      return key + " cannot be set, what Headwater promises stands on it (fixed_option)";
    }
    ConfigDef.ConfigKey definition = known.configKeys().get(option);
    if (definition == null) {
      return "%s is no option of Kafka's %s%s; one of a plug-in belongs under kafka.client (unknown_option)"
          .formatted(key, name(kind), nearest(known, option));
    }
    return isTaken(definition, value)
        ? null
        : "%s must be %s (bad_option)".formatted(key, describe(definition));
  }

  private static String name(String kind) {
    return kind.equals("admin") ? "admin client" : kind;
  }

  /** The value is never repeated: it may be a secret. */
  private static boolean isTaken(ConfigDef.ConfigKey definition, ConfigValue value) {
    try {
      Object parsed =
          ConfigDef.parseType(definition.name, String.valueOf(value.unwrapped()), definition.type);
      // Only a plug-in's own class loader may know a class: Kafka says it when it starts.
      if (definition.validator != null) {
        definition.validator.ensureValid(definition.name, parsed);
      }
      return true;
    } catch (org.apache.kafka.common.config.ConfigException e) {
      return isClass(definition);
    }
  }

  private static boolean isClass(ConfigDef.ConfigKey definition) {
    return definition.type == ConfigDef.Type.CLASS;
  }

  private static String describe(ConfigDef.ConfigKey definition) {
    String type = definition.type.name().toLowerCase(Locale.ROOT);
    return "of Kafka's type "
        + type
        + (definition.validator == null ? "" : ", " + definition.validator);
  }

  private static String nearest(ConfigDef known, String option) {
    return known.names().stream()
        .filter(name -> distance(name, option) < NEAR)
        .min(Comparator.comparingInt(name -> distance(name, option)))
        .map(name -> " (did you mean " + name + "?)")
        .orElse("");
  }

  /** Levenshtein's. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j - 1], row[j]));
      }
    }
    return row[b.length()];
  }
}
