package dev.headwater.ingest;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * What ingest needs to know besides how to reach Kafka.
 *
 * @param applicationId consumer group, and prefix of the internal topics; another id is another
 *     ingest that starts anew
 * @param stateDir for the local stores; safe to lose (rebuilt from the changelog topics)
 * @param domains the domains to accept; a record of any other is a dead letter
 * @param historyLength items of a user's history, 50 by default
 * @param limits what is too large or too far ahead
 * @param dedupeWindow how long an event id is remembered, at least, after the event has left its
 *     user's history; ids of events still in the history are always known
 * @param pace threads and pace
 */
public record IngestConfig(
    String applicationId,
    Path stateDir,
    Set<String> domains,
    int historyLength,
    Limits limits,
    Duration dedupeWindow,
    Pace pace) {

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
  public record Limits(
      int interactionBytes,
      int catalogBytes,
      int attributesBytes,
      int textChars,
      int titleChars,
      int categories,
      Duration clockSkew) {
    /** 64 KiB, 1.5 MiB, 16 KiB; 4,000 and 1,000 characters; 32 categories; 5 minutes. */
    public static final Limits DEFAULT =
        new Limits(64 << 10, 3 << 19, 16 << 10, 4000, 1000, 32, Duration.ofMinutes(5));
  }

  /**
   * Threads and pace.
   *
   * @param threads stream threads
   * @param standbys replicas of the stores on other instances; 0 or more
   * @param commitInterval how often a transaction is committed: readers see nothing before that
   * @param storeMemoryBytes native memory for all local stores of the process together
   */
  public record Pace(int threads, int standbys, Duration commitInterval, long storeMemoryBytes) {
    /** Two threads, no standby, 50 ms, 128 MiB. */
    public static final Pace DEFAULT = new Pace(2, 0, Duration.ofMillis(50), 128L << 20);
  }

  /** Checks the numbers and copies the domains. */
  public IngestConfig {
    domains = Set.copyOf(domains);
    require(!domains.isEmpty(), "domains must name at least one");
    require(historyLength >= 2, "historyLength must be at least 2");
    require(dedupeWindow.toSeconds() >= 60, "dedupeWindow must be at least a minute");
    require(pace.threads() >= 1, "threads must be at least 1");
    require(!pace.commitInterval().isNegative(), "commitInterval must not be negative");
  }

  /** Returns the defaults for these domains: application {@code headwater-ingest}. */
  public static IngestConfig of(Path stateDir, Set<String> domains) {
    return new IngestConfig(
        "headwater-ingest",
        stateDir,
        domains,
        50,
        Limits.DEFAULT,
        Duration.ofHours(1),
        Pace.DEFAULT);
  }

  /** Returns a copy with other threads and pace. */
  public IngestConfig withPace(Pace other) {
    return new IngestConfig(
        applicationId, stateDir, domains, historyLength, limits, dedupeWindow, other);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
