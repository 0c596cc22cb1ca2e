package dev.headwater.client;

import java.time.Duration;

/**
 * How long one call may take; each retry may take as long again.
 *
 * @param connect until the connection stands
 * @param answer until the answer is there
 */
public record Timeouts(Duration connect, Duration answer) {
  /** Two seconds to connect, fifteen to answer. */
  public static final Timeouts DEFAULT =
      new Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(15));

  /** Checks the values. */
  public Timeouts {
    if (connect.isNegative() || connect.isZero() || answer.isNegative() || answer.isZero()) {
      throw new IllegalArgumentException("timeouts are longer than 0");
    }
  }

  /** Returns one time for both. */
  public static Timeouts of(Duration each) {
    return new Timeouts(each, each);
  }
}
