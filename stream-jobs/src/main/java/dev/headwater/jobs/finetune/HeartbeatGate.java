package dev.headwater.jobs.finetune;

import dev.headwater.events.Heartbeat;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiConsumer;

/**
 * Holds a heartbeat until what came before it is out: the examples are learned, and every row that
 * had learned a click by then was sent. So its time is that of a click, the pace of publishing
 * included. Not checkpointed: the next one comes soon. For one thread.
 */
final class HeartbeatGate {
  /** An hour of one partition at two seconds; beyond it the newest are left out. */
  private static final int MAX = 1800;

  private final Deque<Waiting> waiting = new ArrayDeque<>();

  /** Tells how far the work before a heartbeat got. */
  interface Work {
    /** Since when the oldest example waits to be learned, {@link Long#MAX_VALUE} for none. */
    long oldestExampleMs();

    /** Since when the oldest row that learned a click waits, {@link Long#MAX_VALUE} for none. */
    long oldestRowMs();
  }

  private static final class Waiting {
    private final String id;
    private final Heartbeat heartbeat;
    private final long arrivedMs;
    private long learnedMs = -1;

    private Waiting(String id, Heartbeat heartbeat, long arrivedMs) {
      this.id = id;
      this.heartbeat = heartbeat;
      this.arrivedMs = arrivedMs;
    }
  }

  /** Takes one in. */
  void arrived(String id, Heartbeat heartbeat, long nowMs) {
    if (waiting.size() < MAX) {
      waiting.addLast(new Waiting(id, heartbeat, nowMs));
    }
  }

  /** Lets go, in order, those before which nothing is left. */
  void release(Work work, long nowMs, BiConsumer<String, Heartbeat> out) {
    while (!waiting.isEmpty()) {
      Waiting first = waiting.peekFirst();
      if (first.learnedMs < 0) {
        if (work.oldestExampleMs() <= first.arrivedMs) {
          return;
        }
        first.learnedMs = nowMs;
      }
      if (work.oldestRowMs() <= first.learnedMs) {
        return;
      }
      waiting.removeFirst();
      out.accept(first.id, first.heartbeat);
    }
  }
}
