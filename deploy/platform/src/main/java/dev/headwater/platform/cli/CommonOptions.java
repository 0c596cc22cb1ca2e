package dev.headwater.platform.cli;

import dev.headwater.platform.config.HeadwaterConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Flags that all verbs share which talk to Kafka. */
public final class CommonOptions {
  @Option(
      names = {"--bootstrap", "--bootstrap-server"},
      paramLabel = "HOST:PORT",
      description = "Kafka's address; wins over the configuration (default localhost:9092).")
  public @Nullable String bootstrap;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration file, laid over the reference; an unknown key refuses to start.")
  public @Nullable Path file;

  /** Reads the configuration with the flags laid over it. */
  public HeadwaterConfig config() {
    return config(bootstrap);
  }

  /** Reads it with another address of Kafka; null: as the configuration says. */
  public HeadwaterConfig config(@Nullable String kafka) {
    Map<String, Object> overrides = new LinkedHashMap<>();
    if (kafka != null) {
      overrides.put("kafka.bootstrap", kafka);
    }
    return HeadwaterConfig.load(file, overrides);
  }
}
