package dev.headwater.launcher.demo;

import dev.headwater.platform.report.VerbException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Polls for something with a deadline, and says what was waited for when it is missed. */
final class Waiting {
  private static final Logger LOG = LoggerFactory.getLogger(Waiting.class);
  private static final long PAUSE_MS = 100;
  private static final int LOOK_EVERY = 50;

  private final long deadlineNanos;
  private final String what;
  private int pauses;
  private String lastFailure = "";

  /** Asks whether a part has failed. */
  interface Failure {
    Optional<String> get() throws Exception;
  }

  Waiting(Duration atMost, String what) {
    this.deadlineNanos = System.nanoTime() + atMost.toNanos();
    this.what = what;
  }

  /** Waits a tenth of a second; logs what failed meanwhile (jobs restart by themselves). */
  void pause(Failure failure) throws InterruptedException {
    if (++pauses % LOOK_EVERY == 0) {
      look(failure);
    }
    if (System.nanoTime() > deadlineNanos) {
      throw new VerbException(
          "waited too long for "
              + what
              + (lastFailure.isEmpty() ? "" : "; last failure: " + lastFailure));
    }
    TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
  }

  private void look(Failure failure) throws InterruptedException {
    try {
      String now = failure.get().orElse("");
      if (!now.equals(lastFailure)) {
        lastFailure = now;
        LOG.warn("a job failed and is started again: {}", now);
      }
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      LOG.warn("cannot ask the jobs", e);
    }
  }
}
