package dev.headwater.serving.lag;

import dev.headwater.events.Heartbeat.Hop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The heartbeats of one partition: which wait for which hop, and since when. Not thread-safe. */
final class PartitionTrack {
  /** More than an hour at two seconds; the oldest are those that matter. */
  private static final int MAX = 2_048;

  private final Map<Hop, At> hops = new EnumMap<>(Hop.class);
  private final Map<Long, Passing> passing =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Passing> eldest) {
          return size() > MAX;
        }
      };

  /** Where one heartbeat was when, by our clock. */
  static final class Passing {
    @Nullable Long ingestMs;
    @Nullable Long jobMs;
  }

  /** What is known of one hop. */
  private static final class At {
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private long lastMs;
    private long lastLagMs;
    private long lastSeq = -1;
  }

  private record Waiting(long seq, long sinceMs) {}

  private At at(Hop hop) {
    return hops.computeIfAbsent(hop, h -> new At());
  }

  /** Returns where a heartbeat was when. */
  Passing passing(long seq) {
    return passing.computeIfAbsent(seq, s -> new Passing());
  }

  /** From now on a heartbeat waits for this hop. */
  void waits(Hop hop, long seq, long nowMs) {
    At at = at(hop);
    if (seq > at.lastSeq && at.waiting.size() < MAX) {
      at.waiting.addLast(new Waiting(seq, nowMs));
    }
  }

  /** A heartbeat was not written: nothing waits for it. */
  void withdraw(Hop hop, long seq) {
    at(hop).waiting.removeIf(waiting -> waiting.seq() == seq);
  }

  /** A heartbeat passed; tells whether it is news (after a restart of a hop some come twice). */
  boolean passed(Hop hop, long seq, long lagMs, long nowMs) {
    At at = at(hop);
    if (seq <= at.lastSeq) {
      return false;
    }
    at.lastSeq = seq;
    at.lastMs = nowMs;
    at.lastLagMs = lagMs;
    while (!at.waiting.isEmpty() && at.waiting.getFirst().seq() <= seq) {
      at.waiting.removeFirst();
    }
    return true;
  }

  /** Returns when one last passed, 0 for never. */
  long lastMs(Hop hop) {
    return at(hop).lastMs;
  }

  /** Returns how long the oldest waits for the hop, 0 where none does. */
  private long waitingMs(Hop hop, long nowMs) {
    Waiting first = at(hop).waiting.peekFirst();
    return first == null ? 0 : Math.max(0, nowMs - first.sinceMs());
  }

  /** Returns the last one's lag, or how long the present one waits if that is more. */
  long lagMs(Hop hop, long nowMs) {
    return Math.max(at(hop).lastLagMs, waitingMs(hop, nowMs));
  }

  /** Returns the state by heartbeats alone: LIVE says that they pass in time. */
  HopState state(Hop hop, long nowMs, HeartbeatConfig config) {
    At at = at(hop);
    boolean silent = at.lastMs == 0 || nowMs - at.lastMs >= config.stoppedMs();
    long waitingMs = waitingMs(hop, nowMs);
    if (silent) {
      return waitingMs >= config.stoppedMs() ? HopState.STOPPED : HopState.IDLE;
    }
    return lagMs(hop, nowMs) > config.slowAfter().toMillis() ? HopState.SLOW : HopState.LIVE;
  }
}
