package dev.headwater.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often and when a call is made again. Every call here may be: reads change nothing, and events
 * carry an id by which repeats are dropped. The JDK's own client sends a GET once more by itself,
 * not counted here, where a connection breaks before any answer.
 *
 * @param attempts calls in all, 1: no retry
 * @param firstWait before the second call; doubled each time, and drawn between half and all of it
 * @param longestWait bound of that, and of what the server's {@code Retry-After} may ask for
 */
public record Retries(int attempts, Duration firstWait, Duration longestWait) {
  /** Four calls within a few seconds. */
  public static final Retries DEFAULT =
      new Retries(4, Duration.ofMillis(100), Duration.ofSeconds(5));

  /** One call, whatever becomes of it. */
  public static final Retries NONE = new Retries(1, Duration.ZERO, Duration.ZERO);

  /** Checks the values. */
  public Retries {
    if (attempts < 1 || firstWait.isNegative() || longestWait.isNegative()) {
      throw new IllegalArgumentException("attempts from 1, waits from 0");
    }
  }

  /**
   * Returns how long to wait.
   *
   * @param attempt the call that failed, from 1
   * @param asked what the server asked for; zero when it did not
   */
  Duration waitAfter(int attempt, Duration asked) {
    double doubled = firstWait.toMillis() * Math.pow(2, attempt - 1.0);
    double own = doubled * ThreadLocalRandom.current().nextDouble(0.5, 1);
    long millis = (long) Math.max(own, (double) asked.toMillis());
    return Duration.ofMillis(Math.min(millis, longestWait.toMillis()));
  }

  static boolean mayRetry(int status) {
    return status == 429 || status == 502 || status == 503 || status == 504;
  }
}
