package dev.headwater.chaos;

import java.time.Duration;

/**
 * How many times as long as usual things may take: a machine that is busy with other work is slow,
 * and no rule is broken by that. Set once, before a cluster is made.
 */
final class Patience {
  private static volatile int times = 1;

  private Patience() {}

  static void times(int value) {
    times = value;
  }

  static Duration of(Duration usual) {
    return usual.multipliedBy(times);
  }
}
