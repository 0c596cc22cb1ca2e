package dev.headwater.jobs.finetune;

import dev.headwater.events.RowRecord;
import dev.headwater.jobs.rows.RowsFollower;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Hands rows from the feed's thread to the operator's. Bounded: a full inbox makes the feed wait.
 */
final class RowInbox implements RowsFollower.Listener {
  private static final int CAPACITY = 8_192;

  private final BlockingQueue<RowRecord> queue = new ArrayBlockingQueue<>(CAPACITY);
  private volatile boolean closed;

  @Override
  public void onRow(RowRecord record) throws InterruptedException {
    while (!closed && !queue.offer(record, 100, TimeUnit.MILLISECONDS)) {
      Thread.onSpinWait();
    }
  }

  /** Hands over what is there, without waiting; tells whether there was anything. */
  boolean drain(Consumer<RowRecord> to) {
    List<RowRecord> taken = new ArrayList<>();
    queue.drainTo(taken);
    taken.forEach(to);
    return !taken.isEmpty();
  }

  /** Tells whether nothing is there. */
  boolean isEmpty() {
    return queue.isEmpty();
  }

  /** Lets the feed go. */
  void close() {
    closed = true;
  }
}
