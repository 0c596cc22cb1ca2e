package dev.headwater.configuration;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An installation's configuration: the reference, a file over it, flags over both. Every process
 * reads the same file and binds what it needs with {@link #as}; keys of other parts are looked at
 * all the same, so that one file is right or wrong everywhere alike. Immutable.
 */
public final class ConfigFile {
  private static final Reference REFERENCE = Reference.load();

  private final String name;
  private final Config effective;
  private final Config bindable;
  private final List<String> problems;

  private ConfigFile(String name, Checked checked) {
    this.name = name;
    this.effective = checked.effective();
    this.bindable = checked.bindable();
    this.problems = checked.problems();
  }

  /** Returns the reference's own values. */
  public static ConfigFile reference() {
    return of(Map.of());
  }

  /** Returns the reference with other values, each {@code key.of.the.file} to its value. */
  public static ConfigFile of(Map<String, ?> values) {
    return read(null, values);
  }

  /**
   * Reads a file over the reference.
   *
   * @param file null for the reference alone
   * @param flags {@code key} to value from the command line, which win over the file
   * @throws ConfigurationException when the file cannot be read or parsed; other problems are told
   *     together with those of values, by {@link #as}
   */
  public static ConfigFile read(@Nullable Path file, Map<String, ?> flags) {
    Config user = file == null ? ConfigFactory.empty() : Spelling.ours(parse(file));
    Config over = Spelling.ours(ConfigFactory.parseMap(flags, "command line")).withFallback(user);
    return new ConfigFile(
        file == null ? "configuration" : "configuration " + file,
        Checked.of(REFERENCE, over.resolve()));
  }

  /**
   * Binds what a process reads.
   *
   * @param type a record whose components are named as the keys are, {@code batchWait} for {@code
   *     batch-wait}; a component is required unless it is {@code @Nullable}
   * @throws ConfigurationException with every problem of the whole file and of these values
   */
  public <T> T as(Class<T> type) {
    return bind("", bindable, type);
  }

  /**
   * Binds one section of the reference.
   *
   * @param key of the section, {@code fine-tune} say
   * @param otherwise values that differ, by their keys within the section
   */
  public static <T> T section(String key, Map<String, ?> otherwise, Class<T> type) {
    Map<String, Object> values = new TreeMap<>();
    otherwise.forEach((each, value) -> values.put(key + "." + each, value));
    return of(values).section(key, type);
  }

  /** Binds one section alone, {@code fine-tune} say. */
  public <T> T section(String key, Class<T> type) {
    return bind(key, bindable.getConfig(key), type);
  }

  private <T> T bind(String at, Config values, Class<T> type) {
    List<String> all = new ArrayList<>(problems);
    T bound = new Binder(effective, at, all).bind(values, type);
    if (bound == null || !all.isEmpty()) {
      throw ConfigurationException.of(name, all);
    }
    return bound;
  }

  /** Returns every key with its effective value, in order, secrets masked. */
  public Map<String, String> shown() {
    Map<String, String> shown = new TreeMap<>();
    effective
        .entrySet()
        .forEach(e -> shown.put(e.getKey(), Masked.value(e.getKey(), e.getValue())));
    return shown;
  }

  /** Returns the same as text, one key a line. */
  public String render() {
    StringBuilder text = new StringBuilder();
    shown().forEach((key, value) -> text.append(key).append(" = ").append(value).append('\n'));
    return text.toString();
  }

  private static Config parse(Path file) {
    if (!Files.isReadable(file)) {
      throw new ConfigurationException("cannot read the configuration file " + file);
    }
    try {
      return ConfigFactory.parseFile(
              file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false))
          .resolve();
    } catch (ConfigException e) {
      // The parser quotes what it stumbled over, which may be a secret.
      String message = String.valueOf(e.getMessage()).replaceAll("'[^']*'", "'…'");
      throw new ConfigurationException("configuration " + file + " cannot be parsed: " + message);
    }
  }
}
