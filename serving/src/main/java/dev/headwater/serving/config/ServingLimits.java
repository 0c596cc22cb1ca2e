package dev.headwater.serving.config;

/**
 * Bounds of what a serving node takes on.
 *
 * @param bodyBytesMax largest request body
 * @param countDefault items in an answer when the caller does not say
 * @param countMax most items in an answer, at most {@value #COUNT_CEILING}
 * @param historyMax most items in a posted history
 * @param excludeMax most excluded items
 * @param workers threads that make answers
 * @param queueMax requests that may be in work beside those on the workers; beyond it 503
 * @param connectionsMax open connections
 * @param clientRate requests a second that one client address may send; beyond it 429; 0: any
 * @param requestTimeoutMs how long a request may take
 * @param encodeBatchMax histories that are encoded together
 * @param usersMax users a domain that are kept in memory
 * @param domainsMax domains that are followed when none is configured
 * @param staleMsMax how far behind the topics a node may be before it asks for no more traffic; 0:
 *     any
 * @param drainMs how long a node that is told to end answers on after it began to say that it is
 *     not ready, so that who sends requests goes elsewhere
 */
public record ServingLimits(
    int bodyBytesMax,
    int countDefault,
    int countMax,
    int historyMax,
    int excludeMax,
    int workers,
    int queueMax,
    int connectionsMax,
    int clientRate,
    int requestTimeoutMs,
    int encodeBatchMax,
    int usersMax,
    int domainsMax,
    int staleMsMax,
    int drainMs) {
  /**
   * No installation answers more items at once: one such answer is a megabyte and a rank of all.
   */
  public static final int COUNT_CEILING = 10_000;

  /** Checks what one answer may hold. */
  public ServingLimits {
    if (countMax < 1 || countMax > COUNT_CEILING) {
      throw new IllegalArgumentException(
          "serving.limits.count is 1 to " + COUNT_CEILING + ", not " + countMax);
    }
    if (countDefault < 1 || countDefault > countMax) {
      throw new IllegalArgumentException(
          "serving.limits.count-default is 1 to serving.limits.count, not " + countDefault);
    }
  }

  /**
   * Returns how many threads read and write sockets: half as many as make answers, so that in an
   * overload those who refuse do not take the processor from those who answer.
   */
  public int eventLoops() {
    return Math.max(1, workers / 2);
  }

  /** Returns the defaults. */
  public static ServingLimits defaults() {
    int cores = Runtime.getRuntime().availableProcessors();
    return new ServingLimits(
        1 << 20,
        10,
        1000,
        1000,
        1000,
        Math.max(2, cores),
        64,
        10_000,
        0,
        5_000,
        128,
        500_000,
        64,
        300_000,
        5_000);
  }
}
