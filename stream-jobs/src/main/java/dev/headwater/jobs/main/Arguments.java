package dev.headwater.jobs.main;

import dev.headwater.events.Topics;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.FlinkSettings;
import dev.headwater.tracing.TracingConfig;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Arguments of a job on a cluster, {@code --name value} each.
 *
 * @param values by name
 */
record Arguments(Map<String, String> values) {
  static final String USAGE =
      "--bootstrap HOST:PORT --domain NAME --bundles DIR --bundle ID --checkpoints DIR"
          + " [--prefix TOPIC_PREFIX] [--checkpoint-seconds 10] [--parallelism 1]"
          + " [--tracing-endpoint URL of an OTLP collector, http://HOST:4318/v1/traces]"
          + " [--kafka-config FILE of properties for every Kafka client, passwords among them]"
          + " [--kafka.KEY VALUE one such property that is no secret]";

  private static final Set<String> NAMES =
      Set.of(
          "bootstrap",
          "domain",
          "bundles",
          "bundle",
          "checkpoints",
          "prefix",
          "tracing-endpoint",
          "kafka-config",
          "checkpoint-seconds",
          "parallelism");
  private static final String CLIENT = "kafka.";
  private static final Pattern SECRET = Pattern.compile("password|secret|jaas|keystore\\.key$");

  /** Reads arguments; whatever is wrong is one {@link IllegalArgumentException} with the usage. */
  static Arguments parse(String... args) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < args.length; i += 2) {
      String name = args[i].startsWith("--") ? args[i].substring(2) : args[i];
      boolean known = NAMES.contains(name) || name.startsWith(CLIENT);
      if (!args[i].startsWith("--") || !known || i + 1 == args.length) {
        throw new IllegalArgumentException("cannot use '" + args[i] + "'; " + USAGE);
      }
      if (name.startsWith(CLIENT) && SECRET.matcher(name).find()) {
        throw new IllegalArgumentException(
            "every user of this machine can read arguments: put '"
                + name.substring(CLIENT.length())
                + "' into the file of --kafka-config");
      }
      values.put(name, args[i + 1]);
    }
    return new Arguments(values);
  }

  private String required(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("--" + name + " is missing; " + USAGE);
    }
    return value;
  }

  private int number(String name, int otherwise) {
    @Nullable String value = values.get(name);
    try {
      return value == null ? otherwise : Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--" + name + " is no number: " + value);
    }
  }

  KafkaSettings kafka() {
    Map<String, String> client = new HashMap<>(clientFile());
    values.forEach(
        (name, value) -> {
          if (name.startsWith(CLIENT)) {
            client.put(name.substring(CLIENT.length()), value);
          }
        });
    return new KafkaSettings(
        required("bootstrap"), new Topics(values.getOrDefault("prefix", "")), client);
  }

  /** Secrets stand in a file: arguments can be read by every user of the machine. */
  private Map<String, String> clientFile() {
    Map<String, String> client = new HashMap<>();
    String file = values.get("kafka-config");
    if (file != null) {
      Properties properties = new Properties();
      try (Reader in = Files.newBufferedReader(Path.of(file))) {
        properties.load(in);
      } catch (IOException e) {
        throw new IllegalArgumentException("--kafka-config cannot be read: " + e, e);
      }
      properties
          .stringPropertyNames()
          .forEach(name -> client.put(name, properties.getProperty(name)));
    }
    return client;
  }

  DomainModel model() {
    return new DomainModel(required("domain"), required("bundles"), required("bundle"));
  }

  /** Jobs only go on in the traces that clicks carry: nothing begins here. */
  TracingConfig tracing() {
    String endpoint = values.get("tracing-endpoint");
    return endpoint == null ? TracingConfig.OFF : new TracingConfig(URI.create(endpoint), 0);
  }

  int parallelism() {
    return number("parallelism", 1);
  }

  FlinkSettings flink() {
    return FlinkSettings.in(Path.of(required("checkpoints")))
        .withCheckpointInterval(Duration.ofSeconds(number("checkpoint-seconds", 10)));
  }
}
