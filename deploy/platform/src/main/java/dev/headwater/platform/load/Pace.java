package dev.headwater.platform.load;

import java.util.concurrent.locks.LockSupport;

/**
 * Spaces calls evenly at a rate, without drift: a late call is followed by earlier ones until the
 * schedule is met again. Not thread-safe.
 */
public final class Pace {
  private final double nanosPerCall;
  private final long startNanos = System.nanoTime();
  private long calls;

  /**
   * Creates one that starts now.
   *
   * @param perSecond calls a second; 0 for no limit
   */
  public Pace(double perSecond) {
    nanosPerCall = perSecond <= 0 ? 0 : 1e9 / perSecond;
  }

  /** Waits until the next call is due. */
  public void await() {
    long due = startNanos + Math.round(calls++ * nanosPerCall);
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
