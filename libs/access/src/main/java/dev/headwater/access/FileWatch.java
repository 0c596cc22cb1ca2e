package dev.headwater.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at files by their content, twice in an interval, and reloads what was made of them once
 * they are as they were at the look before: one that is just being written would be read without
 * its end, or empty. Content, not times: mounted secrets change by a symbolic link. What cannot be
 * read or is wrong is tried again at each look and logged once, and what was there before stays in
 * use.
 */
final class FileWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);

  private final ScheduledExecutorService executor;
  private final List<Path> files;
  private final Duration interval;
  private final Runnable reload;
  private List<String> used;
  private List<String> refused = List.of();
  private List<String> seen;

  /**
   * Remembers what the files hold; to be made before they are read first, so that what changes
   * meanwhile is read again. {@link #start} begins to look.
   *
   * @param reload called when one of the files changed; may throw {@link IllegalArgumentException},
   *     whose message holds no secret
   */
  FileWatch(List<Path> files, Duration interval, Runnable reload) {
    this.files = List.copyOf(files);
    this.interval = interval;
    this.reload = reload;
    used = digests();
    seen = used;
    executor =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "file-watch");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Begins to look, on a thread of its own. */
  FileWatch start() {
    long millis = Math.max(1, interval.toMillis() / 2);
    var unused = executor.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
    return this;
  }

  /** Looks once; called by one thread. */
  void look() {
    List<String> now = digests();
    boolean still = now.equals(seen);
    seen = now;
    if (!still || now.equals(used)) {
      return;
    }
    try {
      reload.run();
      used = now;
      refused = List.of();
      LOG.info("read again: {}", files);
    } catch (RuntimeException e) {
      if (!now.equals(refused)) {
        refused = now;
        LOG.error(
            "{} changed and cannot be used; what was read before stays: {}", files, message(e));
      }
    }
  }

  private static String message(RuntimeException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private List<String> digests() {
    List<String> digests = new ArrayList<>();
    for (Path file : files) {
      try {
        digests.add(Secrets.hex(Secrets.sha256(Files.readAllBytes(file))));
      } catch (IOException e) {
        digests.add("unreadable: " + e.getClass().getSimpleName());
      }
    }
    return digests;
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
