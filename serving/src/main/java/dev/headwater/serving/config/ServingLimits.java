package dev.headwater.serving.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.headwater.configuration.ConfigFile;
import dev.headwater.configuration.Millis;
import java.util.Map;

/**
 * Bounds of what a serving node takes on: section {@code serving.limits} of the configuration;
 * {@code reference.conf} holds the defaults.
 *
 * @param bodyBytesMax largest request body
 * @param countDefault items in an answer when the caller does not say
 * @param countMax most items in an answer, at most {@value #COUNT_CEILING}
 * @param historyMax most items in a posted history
 * @param excludeMax most excluded items
 * @param workers threads that make answers; 0: one a core, two at least
 * @param queueMax requests that may be in work beside those on the workers; beyond it 503
 * @param connectionsMax open connections
 * @param clientRate requests a second that one client address may send; beyond it 429; 0: any
 * @param requestTimeoutMs how long a request may take
 * @param encodeBatchMax histories that are encoded together
 * @param usersMax users a domain that are kept in memory
 * @param usersOnDisk users of all domains that are kept on disk
 * @param domainsMax most domains that are followed and not named
 * @param staleMsMax how far behind the topics a node may be before it asks for no more traffic; 0:
 *     any
 * @param drainMs how long a node that is told to end answers on after it began to say that it is
 *     not ready, so that who sends requests goes elsewhere
 */
public record ServingLimits(
    @JsonProperty("body-bytes") int bodyBytesMax,
    int countDefault,
    @JsonProperty("count") int countMax,
    @JsonProperty("history") int historyMax,
    @JsonProperty("exclude") int excludeMax,
    int workers,
    @JsonProperty("queue") int queueMax,
    @JsonProperty("connections") int connectionsMax,
    int clientRate,
    @JsonProperty("request-timeout") @JsonDeserialize(using = Millis.class) int requestTimeoutMs,
    @JsonProperty("encode-batch") int encodeBatchMax,
    @JsonProperty("users") int usersMax,
    long usersOnDisk,
    @JsonProperty("domains") int domainsMax,
    @JsonProperty("staleness") @JsonDeserialize(using = Millis.class) int staleMsMax,
    @JsonProperty("drain") @JsonDeserialize(using = Millis.class) int drainMs) {
  /**
   * No installation answers more items at once: one such answer is a megabyte and a rank of all.
   */
  public static final int COUNT_CEILING = 10_000;

  /** Checks what one answer may hold, and counts the cores where no number of workers is given. */
  public ServingLimits {
    if (countMax < 1 || countMax > COUNT_CEILING) {
      throw new IllegalArgumentException(
          "serving.limits.count is 1 to " + COUNT_CEILING + ", not " + countMax);
    }
    if (countDefault < 1 || countDefault > countMax) {
      throw new IllegalArgumentException(
          "serving.limits.count-default is 1 to serving.limits.count, not " + countDefault);
    }
    workers = workers == 0 ? Math.max(2, Runtime.getRuntime().availableProcessors()) : workers;
  }

  /**
   * Returns how many threads read and write sockets: half as many as make answers, so that in an
   * overload those who refuse do not take the processor from those who answer.
   */
  public int eventLoops() {
    return Math.max(1, workers / 2);
  }

  /** Returns the reference's bounds. */
  public static ServingLimits defaults() {
    return of(Map.of());
  }

  /** Returns the reference's bounds with other values by key, {@code request-timeout} say. */
  public static ServingLimits of(Map<String, ?> values) {
    return ConfigFile.section("serving.limits", values, ServingLimits.class);
  }
}
