package dev.headwater.launcher.demo;

import dev.headwater.platform.parts.Platform;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of jobs that failed while somebody waits for them; they are started again by themselves.
 */
final class JobFailures {
  private static final Logger LOG = LoggerFactory.getLogger(JobFailures.class);
  private static final int LOOK_EVERY = 50;

  private final Platform platform;
  private int asked;
  private String last = "";

  JobFailures(Platform platform) {
    this.platform = platform;
  }

  /** Looks every fiftieth time: asking a job costs more than what it is asked between. */
  void tell() throws InterruptedException {
    if (++asked % LOOK_EVERY != 0) {
      return;
    }
    try {
      Optional<String> failed = platform.fineTune().failure();
      String now = (failed.isPresent() ? failed : platform.coldStart().failure()).orElse("");
      if (!now.equals(last)) {
        last = now;
        LOG.warn("a job failed and is started again: {}", now);
      }
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      LOG.warn("cannot ask the jobs", e);
    }
  }
}
