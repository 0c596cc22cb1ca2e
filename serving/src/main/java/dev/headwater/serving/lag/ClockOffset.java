package dev.headwater.serving.lag;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How far another clock is ahead of ours, as far as that can be known for certain. Each stamp of
 * the other clock belongs to an instant between two that we know by ours, so the offset lies
 * between two bounds; all recent bounds hold together (Marzullo's intersection), and of what they
 * leave the value nearest to zero is taken. So a clock that may be right is held to be right. Where
 * bounds contradict each other the clock was set, and the last one counts. Not thread-safe.
 */
final class ClockOffset {
  private static final int REMEMBERED = 64;
  private static final long TOLERATED_MS = 250;

  private final Deque<Bounds> recent = new ArrayDeque<>();

  private record Bounds(long least, long most) {}

  /** Takes in a stamp of an instant that lies between two instants of our clock. */
  void observe(long stampMs, long earliestMs, long latestMs) {
    recent.addLast(new Bounds(stampMs - latestMs, stampMs - earliestMs));
    if (recent.size() > REMEMBERED) {
      recent.removeFirst();
    }
    if (least() > most()) {
      Bounds last = recent.getLast();
      recent.clear();
      recent.addLast(last);
    }
  }

  private long least() {
    return recent.stream().mapToLong(Bounds::least).max().orElse(0);
  }

  private long most() {
    return recent.stream().mapToLong(Bounds::most).min().orElse(0);
  }

  /** Returns the offset in milliseconds: positive, the other clock is ahead. */
  long ms() {
    long least = least();
    return least > 0 ? least : Math.min(0, most());
  }

  /** Tells whether it is more than the clocks of one installation may differ. */
  boolean isNotable() {
    return Math.abs(ms()) > TOLERATED_MS;
  }

  /** Returns the instant of a stamp by our clock, where it can have been. */
  long corrected(long stampMs, long earliestMs, long latestMs) {
    return Math.max(earliestMs, Math.min(latestMs, stampMs - ms()));
  }
}
