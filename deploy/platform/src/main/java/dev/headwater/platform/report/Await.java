package dev.headwater.platform.report;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Polls until something holds or a deadline passes: the one loop for it. For any thread. */
public final class Await {
  private static final Logger LOG = LoggerFactory.getLogger(Await.class);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private Await() {}

  /** What is waited for; an exception, other than a {@link VerbException}, counts as not yet. */
  @FunctionalInterface
  public interface Condition {
    /** Tells whether it holds now. */
    boolean holds() throws Exception;
  }

  /**
   * Waits.
   *
   * @throws VerbException with what was waited for and the last error, when the time is over
   */
  public static void until(String what, Duration atMost, Condition condition)
      throws InterruptedException {
    until(what, atMost, PAUSE, condition);
  }

  /**
   * The same with another pause between two looks, for measurements.
   *
   * @throws VerbException with what was waited for and the last error, when the time is over
   */
  public static void until(String what, Duration atMost, Duration pause, Condition condition)
      throws InterruptedException {
    String problem = holdsWithin(atMost, pause, condition);
    if (problem != null) {
      throw new VerbException("waited " + atMost.toSeconds() + " s for " + what + problem);
    }
  }

  /** Waits; returns whether it came to hold. */
  public static boolean within(Duration atMost, Condition condition) throws InterruptedException {
    return holdsWithin(atMost, PAUSE, condition) == null;
  }

  private static @Nullable String holdsWithin(Duration atMost, Duration pause, Condition condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    String problem = "";
    while (true) {
      try {
        if (condition.holds()) {
          return null;
        }
      } catch (InterruptedException | VerbException e) {
        throw e;
      } catch (Exception e) {
        LOG.debug("not yet", e);
        problem = "; last: " + e;
      }
      if (System.nanoTime() - deadline > 0) {
        return problem;
      }
      TimeUnit.NANOSECONDS.sleep(pause.toNanos());
    }
  }

  /** Lets time go by, where the time itself is what matters. */
  public static void pass(Duration time) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(time.toNanos());
  }
}
