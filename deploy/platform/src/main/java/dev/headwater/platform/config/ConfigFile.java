package dev.headwater.platform.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.headwater.platform.report.VerbException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lays a user's file over the reference file, which holds every key with default, unit and meaning.
 * An unknown key or a value of another type refuses to start; all problems are shown at once.
 */
public final class ConfigFile {
  private static final String REFERENCE = "dev/headwater/configuration/reference.conf";

  /** Under these any key is allowed: they are passed through to a library. */
  private static final List<String> OPEN = List.of("kafka.client");

  private ConfigFile() {}

  /** Returns the reference file's values. */
  public static Config reference() {
    return ConfigFactory.parseResources(ConfigFile.class.getClassLoader(), REFERENCE)
        .resolve(ConfigResolveOptions.defaults());
  }

  /**
   * Reads a file over the reference.
   *
   * @param file null for the reference alone
   * @param overrides {@code key=value} from the command line, which win over the file
   * @throws VerbException with every problem found
   */
  public static Config load(@Nullable Path file, Map<String, Object> overrides) {
    Config reference = reference();
    Config user = file == null ? ConfigFactory.empty() : parse(file);
    List<String> problems = problems(reference, user);
    if (!problems.isEmpty()) {
      throw new VerbException(
          "configuration "
              + file
              + " has "
              + problems.size()
              + " problem(s):\n  "
              + String.join("\n  ", problems));
    }
    return ConfigFactory.parseMap(overrides, "command line")
        .withFallback(user)
        .withFallback(reference)
        .resolve();
  }

  /** Renders the effective configuration, one key a line, secrets masked. */
  public static String render(Config config) {
    StringBuilder text = new StringBuilder();
    shown(config).forEach((key, value) -> text.append(key + " = " + value + "\n"));
    return text.toString();
  }

  /** Returns the effective configuration by key, in order, secrets masked. */
  public static Map<String, String> shown(Config config) {
    Map<String, String> shown = new TreeMap<>();
    config.entrySet().forEach(e -> shown.put(e.getKey(), Masked.value(e.getKey(), e.getValue())));
    return shown;
  }

  private static Config parse(Path file) {
    if (!Files.isReadable(file)) {
      throw new VerbException("cannot read the configuration file " + file);
    }
    try {
      return ConfigFactory.parseFile(
              new File(file.toString()), ConfigParseOptions.defaults().setAllowMissing(false))
          .resolve();
    } catch (ConfigException e) {
      // The parser quotes what it stumbled over, which may be a secret.
      String message = String.valueOf(e.getMessage()).replaceAll("'[^']*'", "'…'");
      throw new VerbException("configuration " + file + " cannot be parsed: " + message);
    }
  }

  private static List<String> problems(Config reference, Config user) {
    List<String> problems = new ArrayList<>();
    for (Map.Entry<String, ConfigValue> entry : user.entrySet()) {
      String key = entry.getKey();
      if (OPEN.stream().anyMatch(open -> key.startsWith(open + "."))) {
        continue;
      }
      if (!reference.hasPathOrNull(key)) {
        problems.add(
            "line " + line(entry.getValue()) + ": unknown key " + key + nearest(reference, key));
      } else if (!sameType(reference.getValue(key), entry.getValue())) {
        problems.add(
            "line %d: %s must be %s, not %s"
                .formatted(
                    line(entry.getValue()),
                    key,
                    typeName(reference.getValue(key)),
                    typeName(entry.getValue())));
      }
    }
    return problems;
  }

  private static int line(ConfigValue value) {
    return value.origin().lineNumber();
  }

  private static boolean sameType(ConfigValue expected, ConfigValue actual) {
    if (expected.valueType() == actual.valueType()) {
      return true;
    }
    // Durations and sizes are strings in the reference; plain numbers are allowed where it has
    // numbers.
    return expected.valueType() == ConfigValueType.STRING
        && actual.valueType() == ConfigValueType.NUMBER;
  }

  private static String typeName(ConfigValue value) {
    return value.valueType().name().toLowerCase(java.util.Locale.ROOT);
  }

  private static String nearest(Config reference, String key) {
    List<String> path = ConfigUtil.splitPath(key);
    String last = path.get(path.size() - 1);
    return reference.entrySet().stream()
        .map(Map.Entry::getKey)
        .filter(known -> known.endsWith("." + last) || known.equals(last))
        .findFirst()
        .map(known -> " (did you mean " + known + "?)")
        .orElse("");
  }
}
