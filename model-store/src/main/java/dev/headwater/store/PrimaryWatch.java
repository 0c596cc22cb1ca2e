package dev.headwater.store;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Decides on a standby that the primary is gone. It must have been silent in the journal for a
 * while during which this node itself heard the brokers, and its own interface must not answer that
 * it is well. To be wrong does no harm: the fence alone sees to it that one store announces. Not
 * thread-safe, but for {@link #heard()}.
 */
final class PrimaryWatch {
  /** What the other store's own interface says. */
  enum Peer {
    /** That it announces, and is well. */
    PRIMARY,
    /** That it stands by as well, and is the one of the two that takes over first. */
    STANDBY_BEFORE,
    /** Something else, or nothing. */
    GONE
  }

  /** Asked before the time is over, so that its answer, or none, is there in time. */
  private static final int ASK_AT = 2;

  private final long silenceMaxNs;
  private final LongSupplier nanos;
  private volatile long heardNs;

  /**
   * Creates one that begins to count now.
   *
   * @param silenceMax after which the primary is thought gone
   * @param nanos tells the time
   */
  PrimaryWatch(Duration silenceMax, LongSupplier nanos) {
    silenceMaxNs = silenceMax.toNanos();
    this.nanos = nanos;
    heardNs = nanos.getAsLong();
  }

  /** Another store wrote to the journal, or the brokers could not be heard: silence begins anew. */
  void heard() {
    heardNs = nanos.getAsLong();
  }

  /** Returns for how long the primary has been silent. */
  Duration silence() {
    return Duration.ofNanos(nanos.getAsLong() - heardNs);
  }

  /** Tells whether the other store should be asked now. */
  boolean isSuspect() {
    return silence().toNanos() >= silenceMaxNs / ASK_AT;
  }

  /**
   * Tells whether this node shall take over.
   *
   * @param peer what the other store answered last, since it became suspect
   */
  boolean isGone(Peer peer) {
    return switch (peer) {
      case PRIMARY -> false;
      case STANDBY_BEFORE -> silence().toNanos() >= 2 * silenceMaxNs;
      case GONE -> silence().toNanos() >= silenceMaxNs;
    };
  }
}
