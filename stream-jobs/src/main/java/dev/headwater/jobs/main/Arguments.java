package dev.headwater.jobs.main;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a job on a Flink cluster is given: the configuration file of the installation, and what
 * differs from job to job.
 *
 * @param values by name, without dashes
 */
record Arguments(Map<String, String> values) {
  static final String USAGE =
      "--config FILE [--bootstrap HOST:PORT] [--domain NAME, else all of the file]"
          + " [--bundle ID, with a domain, else the announced one] [--from newest|nothing|ADDRESS of a"
          + " checkpoint]";

  private static final Set<String> NAMES =
      Set.of("config", "bootstrap", "bootstrap-server", "domain", "bundle", "from");

  /** Where a job goes on. */
  static final String NEWEST = "newest";

  static final String NOTHING = "nothing";

  /** Reads arguments; whatever is wrong is one {@link IllegalArgumentException} with the usage. */
  static Arguments parse(String... args) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < args.length; i += 2) {
      String name = args[i].startsWith("--") ? args[i].substring(2) : "";
      if (!NAMES.contains(name) || i + 1 == args.length) {
        throw new IllegalArgumentException("cannot use '" + args[i] + "'; " + USAGE);
      }
      values.put(name, args[i + 1]);
    }
    if (!values.containsKey("config")) {
      throw new IllegalArgumentException("--config is missing; " + USAGE);
    }
    return new Arguments(Map.copyOf(values));
  }

  Path config() {
    return Path.of(values.getOrDefault("config", ""));
  }

  /** Values that win over the file's. */
  Map<String, String> flags() {
    String bootstrap = values.getOrDefault("bootstrap", values.get("bootstrap-server"));
    return bootstrap == null ? Map.of() : Map.of("kafka.bootstrap", bootstrap);
  }

  @Nullable String domain() {
    return values.get("domain");
  }

  @Nullable String bundle() {
    return values.get("bundle");
  }

  String from() {
    return values.getOrDefault("from", NEWEST);
  }
}
