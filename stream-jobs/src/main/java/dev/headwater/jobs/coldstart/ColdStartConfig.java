package dev.headwater.jobs.coldstart;

import dev.headwater.configuration.ConfigFile;
import dev.headwater.idp.cdim.ColdStartRule;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.models.ServedDomains;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What ColdStartJob runs with.
 *
 * @param served the domains it serves
 * @param settings how it works
 */
public record ColdStartConfig(ServedDomains served, Settings settings) implements Serializable {

  /** Settings for domains each of which has its bundle. */
  public ColdStartConfig(List<DomainModel> models, Settings settings) {
    this(ServedDomains.of(models), settings);
  }

  /** Returns the reference's settings for some domains. */
  public static ColdStartConfig of(DomainModel... models) {
    return new ColdStartConfig(List.of(models), Settings.of(Map.of()));
  }

  /** Returns the reference's rule for rows from texts, as an evaluation takes it. */
  public static ColdStartRule rule() {
    return ColdStartRule.of(Settings.of(Map.of()).warmRows());
  }

  /**
   * Section {@code cold-start} of the configuration; {@code reference.conf} says what each key
   * means and holds the defaults.
   */
  public record Settings(
      int batchSize,
      Duration batchWait,
      int inFlight,
      Duration timeout,
      Duration loadTimeout,
      int trainedInteractions,
      int warmRows,
      Duration refreshInterval,
      int parallelism)
      implements Serializable {
    /** Checks the numbers. */
    public Settings {
      requireAtLeastOne(batchSize, "batch-size");
      requireAtLeastOne(inFlight, "in-flight");
      requireAtLeastOne(parallelism, "parallelism");
    }

    /** Returns the reference's settings with other values by key, {@code batch-size} say. */
    public static Settings of(Map<String, ?> values) {
      return ConfigFile.section("cold-start", values, Settings.class);
    }

    private static void requireAtLeastOne(int number, String key) {
      if (number < 1) {
        throw new IllegalArgumentException(key + " must be at least 1");
      }
    }
  }
}
