package dev.headwater.chaos;

import dev.headwater.client.AsyncHeadwaterClient;
import dev.headwater.client.NodeClient;
import dev.headwater.client.Retries;
import dev.headwater.client.Timeouts;
import dev.headwater.client.Wish;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Asks a serving node for recommendations at an even rate, whatever its answers take, and keeps how
 * long each took from when it was due. For one thread.
 */
final class Asking {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int OPEN_MAX = 2_000;

  private final AsyncHeadwaterClient node;
  private final List<String> history;
  private final double perSecond;
  private final Queue<String> errors = new ConcurrentLinkedQueue<>();

  Asking(int port, String domain, List<String> history, double perSecond) {
    node =
        NodeClient.at(URI.create("http://127.0.0.1:" + port))
            .with(Retries.NONE)
            .with(Timeouts.of(TIMEOUT))
            .shop(domain)
            .async();
    this.history = List.copyOf(history);
    this.perSecond = perSecond;
  }

  /** Asks for so long and returns microseconds. */
  Histogram ask(Duration time) throws InterruptedException {
    Histogram micros = new ConcurrentHistogram(3);
    Semaphore open = new Semaphore(OPEN_MAX);
    long due = System.nanoTime();
    long end = due + time.toNanos();
    while (due < end) {
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      if (!open.tryAcquire(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        errors.add("nothing is answered any more");
        return micros;
      }
      ask(due, micros, open);
      due += (long) (1e9 / perSecond);
    }
    if (!open.tryAcquire(OPEN_MAX, 2 * TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
      errors.add("some answers never came");
    }
    return micros;
  }

  private void ask(long due, Histogram micros, Semaphore open) {
    var unused =
        node.forHistory(history, Wish.of(10))
            .whenComplete(
                (answer, failure) -> {
                  micros.recordValue((System.nanoTime() - due) / 1_000);
                  if (failure != null) {
                    errors.add(String.valueOf(failure.getMessage()));
                  } else if (answer.items().isEmpty()) {
                    errors.add("an answer without items");
                  }
                  open.release();
                });
  }

  /** Returns what failed. */
  List<String> errors() {
    return List.copyOf(errors);
  }
}
