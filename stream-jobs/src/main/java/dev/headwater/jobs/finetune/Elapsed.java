package dev.headwater.jobs.finetune;

import java.time.Duration;

/**
 * How long ago something was by a clock that may be set. One that was set back ends every wait,
 * rather than that nothing is done until the former time has come once more.
 */
final class Elapsed {
  private Elapsed() {}

  /** Tells whether so much time has passed since then. */
  static boolean isOver(long sinceMs, long nowMs, long lengthMs) {
    return nowMs < sinceMs || nowMs - sinceMs >= lengthMs;
  }

  /** Tells the same. */
  static boolean isOver(long sinceMs, long nowMs, Duration length) {
    return isOver(sinceMs, nowMs, length.toMillis());
  }

  /** Returns the milliseconds since then, none where the clock was set back. */
  static long since(long sinceMs, long nowMs) {
    return Math.max(0, nowMs - sinceMs);
  }
}
