package dev.headwater.ingest;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.headwater.configuration.ConfigFile;
import dev.headwater.events.DomainNames;
import dev.headwater.events.RecordLimits;
import dev.headwater.mapping.RegistrySetting;
import dev.headwater.mapping.Rules;
import dev.headwater.mapping.TopicMapping;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * What ingest needs to know besides how to reach Kafka.
 *
 * @param topicPrefix put before the application id, so that tenants do not share a group
 * @param stateDir for the local stores; safe to lose (rebuilt from the changelog topics)
 * @param domains names and patterns of the domains to accept; a record of any other is a dead
 *     letter
 * @param settings how it works
 */
public record IngestConfig(
    String topicPrefix, Path stateDir, Set<String> domains, Settings settings) {

  /** Copies the domains. */
  public IngestConfig {
    domains = Set.copyOf(domains);
    require(!domains.isEmpty(), "domains must name at least one");
  }

  /** Returns the reference's settings for these domains: application {@code headwater-ingest}. */
  public static IngestConfig of(Path stateDir, Set<String> domains) {
    return of(stateDir, domains, Map.of());
  }

  /** The same with other values by key, {@code commit-interval} say. */
  public static IngestConfig of(Path stateDir, Set<String> domains, Map<String, ?> values) {
    return new IngestConfig("", stateDir, domains, Settings.of(values));
  }

  /** Tells whether records of a domain are accepted. */
  public boolean accepts(String domain) {
    return domains.contains(domain) || DomainNames.of(domains).contains(domain);
  }

  /** Returns the consumer group and the prefix of internal topics. */
  public String applicationId() {
    return topicPrefix + settings.applicationId;
  }

  /** Returns how many items of a user's history are kept. */
  public int historyLength() {
    return settings.historyLength;
  }

  /** Returns what is too large or too far ahead. */
  public Limits limits() {
    return settings.limits;
  }

  /**
   * Returns how long an event id is remembered, at least, after the event has left its user's
   * history; ids of events still in the history are always known.
   */
  public Duration dedupeWindow() {
    return settings.dedupeWindow;
  }

  /** Returns how much events say. */
  public SignalWeights signals() {
    return settings.signals;
  }

  /** Returns which topics of the platform are taken, and how. */
  public List<TopicMapping> mappings() {
    return settings.mappings;
  }

  /** Returns where schemas are. */
  public RegistrySetting registry() {
    return settings.registry;
  }

  /** Returns what a mapped record is checked by. */
  public Rules rules(LongSupplier nowMs) {
    return new Rules(DomainNames.of(domains), limits().records(), nowMs);
  }

  /** Returns threads and pace. */
  public Pace pace() {
    return settings.pace;
  }

  /**
   * Section {@code ingest} of the configuration; {@code reference.conf} says what each key means
   * and holds the defaults.
   */
  public record Settings(
      String applicationId,
      int historyLength,
      Duration dedupeWindow,
      SignalWeights signals,
      List<TopicMapping> mappings,
      RegistrySetting registry,
      @JsonUnwrapped Limits limits,
      @JsonUnwrapped Pace pace) {
    /** Checks the numbers. */
    public Settings {
      mappings = List.copyOf(mappings);
      require(historyLength >= 2, "history-length must be at least 2");
      require(dedupeWindow.toSeconds() >= 60, "dedupe-window must be at least a minute");
    }

    /** Returns the reference's settings with other values by key. */
    public static Settings of(Map<String, ?> values) {
      return ConfigFile.section("ingest", values, Settings.class);
    }
  }

  /**
   * What is refused or cut.
   *
   * @param interactionBytes longest key and value of an interaction together
   * @param catalogBytes longest key and value of a catalog record together
   * @param attributesBytes longest keys and values of an item's attributes together
   * @param textChars an item's text is cut to this length
   * @param titleChars its title, brand and each category are cut to this length
   * @param categories further categories are left out
   * @param clockSkew how far ahead of the clock an event time may lie
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Limits(
      @JsonProperty("interaction-bytes-max") int interactionBytes,
      @JsonProperty("catalog-bytes-max") int catalogBytes,
      @JsonProperty("attributes-bytes-max") int attributesBytes,
      @JsonProperty("text-chars-max") int textChars,
      @JsonProperty("title-chars-max") int titleChars,
      @JsonProperty("categories-max") int categories,
      @JsonProperty("clock-skew-max") Duration clockSkew) {
    /** Returns those that a whole record is held to. */
    public RecordLimits records() {
      return new RecordLimits(interactionBytes, catalogBytes, attributesBytes, clockSkew);
    }
  }

  /**
   * Threads and pace.
   *
   * @param threads stream threads
   * @param standbys replicas of the stores on other instances; 0 or more
   * @param commitInterval how often a transaction is committed: readers see nothing before that
   * @param storeMemoryBytes native memory for all local stores of the process together
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Pace(
      int threads,
      int standbys,
      Duration commitInterval,
      @JsonProperty("store-memory") long storeMemoryBytes) {
    /** Checks the numbers. */
    public Pace {
      require(threads >= 1, "threads must be at least 1");
      require(standbys >= 0, "standbys must not be negative");
    }
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
