package dev.headwater.chaos;

import dev.headwater.platform.report.VerbException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Polls for a state of another process until a deadline. */
final class Await {
  private static final Logger LOG = LoggerFactory.getLogger(Await.class);
  private static final long PAUSE_MS = 100;

  private Await() {}

  /** What is waited for; an exception counts as not yet. */
  interface Condition {
    boolean holds() throws Exception;
  }

  /** Waits, and fails with what was waited for and the last error. */
  static void until(String what, Duration atMost, Condition condition) throws InterruptedException {
    String problem = holdsWithin(atMost, condition);
    if (problem != null) {
      throw new VerbException("waited " + atMost.toSeconds() + " s for " + what + problem);
    }
  }

  /** Waits; returns whether it came to hold. */
  static boolean within(Duration atMost, Condition condition) throws InterruptedException {
    return holdsWithin(atMost, condition) == null;
  }

  private static @Nullable String holdsWithin(Duration atMost, Condition condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    String problem = "";
    while (true) {
      try {
        if (condition.holds()) {
          return null;
        }
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        LOG.debug("not yet", e);
        problem = "; last: " + e;
      }
      if (System.nanoTime() > deadline) {
        return problem;
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
    }
  }

  /** Lets time go by, where the time itself is the fault. */
  static void pass(Duration time) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(time.toMillis());
  }
}
