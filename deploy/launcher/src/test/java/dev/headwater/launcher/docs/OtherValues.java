package dev.headwater.launcher.docs;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.List;
import java.util.Map;

/** A second valid value for every key. */
final class OtherValues {
  private static final String KEY_LINE = "ann read * sha256:" + "0123456789abcdef".repeat(4);

  /** Where the default does not show what else may stand there. */
  private static final Map<String, Object> SPECIAL =
      Map.ofEntries(
          Map.entry("domains", List.of("other")),
          Map.entry("kafka.client", Map.of("client.rack", "r")),
          Map.entry("kafka.producer", Map.of("linger.ms", 7)),
          Map.entry("kafka.consumer", Map.of("client.rack", "r")),
          Map.entry("kafka.admin", Map.of("retries", 7)),
          Map.entry("flink.settings", Map.of("s3.endpoint", "http://minio")),
          Map.entry("access.keys", List.of(KEY_LINE)),
          Map.entry(
              "ingest.mappings",
              List.of(Map.of("topic", "t", "to", "catalog", "fields", Map.of("item", "i")))),
          Map.entry("store.format", "fp16"),
          Map.entry("tracing.endpoint", "http://collector:4318/v1/traces"),
          Map.entry("tracing.sample-ratio", 0.5),
          Map.entry("serving.store-admin", "http://store:8081"),
          Map.entry("fine-tune.device", "auto"),
          Map.entry("serving.device", "auto"),
          Map.entry("serving.precision", "fp16"),
          Map.entry("serving.row-precision", "fp32"),
          Map.entry("serving.arms", List.of(Map.of("name", "b", "model", "m", "share", 0.1))),
          Map.entry("serving.quotas.domains", List.of(Map.of("domain", "shop", "events", 7))));

  private OtherValues() {}

  /** What a key is worth nothing without. */
  static Map<String, Object> needed(String key) {
    if (key.startsWith("access.jwt.")) {
      return Map.of(
          "access.jwt.jwks-file", "j", "access.jwt.issuer", "i", "access.jwt.audience", "a");
    }
    if (key.contains(".tls.")) {
      String tls = key.substring(0, key.lastIndexOf('.') + 1);
      return Map.of(tls + "certificate", "c", tls + "key", "k");
    }
    // Files of certificates are looked at as often as files of keys.
    return key.equals("access.reload-interval") ? Map.of("access.key-file", "f") : Map.of();
  }

  static Object of(ReferenceKeys.Key key) {
    Object special = SPECIAL.get(key.path());
    return special == null ? other(key.value()) : special;
  }

  private static Object other(ConfigValue value) {
    Config config = value.atKey("v");
    if (value.valueType() == ConfigValueType.BOOLEAN) {
      return !config.getBoolean("v");
    }
    if (value.valueType() == ConfigValueType.NUMBER) {
      return value.unwrapped() instanceof Double
          ? config.getDouble("v") * 2
          : config.getLong("v") + 1;
    }
    String text = config.getString("v");
    if (text.matches("\\d+ (B|KiB|MiB|GiB)")) {
      return 2 * config.getBytes("v") + " B";
    }
    return text.matches("\\d+ (ms|s|seconds?|minutes?|hours?|days?)")
        ? 1 + 2 * config.getDuration("v").toMillis() + " ms"
        : "other";
  }
}
