package dev.headwater.launcher.cli;

import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.config.HeadwaterConfig;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one part until SIGTERM or SIGINT, which drain it (exit 0, or 1 when it did not drain in
 * time), or until it stops by itself (exit 1).
 */
final class Service {
  private static final Logger LOG = LoggerFactory.getLogger(Service.class);
  private static final long DRAIN_S = 40;
  private static final long LOOK_MS = 500;

  private Service() {}

  /** Starts something. */
  interface Start {
    void start() throws Exception;
  }

  /** Tells what has stopped a part by itself. */
  interface Health {
    /** Returns null while it runs. */
    @Nullable Throwable failure() throws Exception;
  }

  static int run(
      String name, HeadwaterConfig config, AutoCloseable part, Start start, Health health)
      throws InterruptedException {
    LOG.info("{} starts with\n{}", name, config.render());
    CountDownLatch stop = new CountDownLatch(1);
    boolean failed = false;
    CountDownLatch closed = new CountDownLatch(1);
    Thread hook = new Thread(() -> drain(name, stop, closed), "drain");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      warnOfTopics(config);
      start.start();
      Output.line(name + " runs; Ctrl-C or SIGTERM stops it");
      while (!failed && !stop.await(LOOK_MS, TimeUnit.MILLISECONDS)) {
        failed = hasFailed(name, health);
      }
    } catch (RuntimeException | InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(name + " failed: " + e.getMessage(), e);
    } finally {
      boolean clean = close(name, part);
      if (clean || stop.getCount() > 0) {
        closed.countDown();
      }
      remove(hook, stop);
    }
    return failed ? 1 : 0;
  }

  private static boolean hasFailed(String name, Health health) throws Exception {
    Throwable failure = health.failure();
    if (failure != null) {
      LOG.error("{} stops; start it again when this is mended: {}", name, cause(failure));
    }
    return failure != null;
  }

  /** The deepest cause says what is the matter: {@code No space left on device}. */
  private static String cause(Throwable failure) {
    Throwable deepest = failure;
    while (deepest.getCause() != null && deepest.getCause() != deepest) {
      deepest = deepest.getCause();
    }
    return failure == deepest ? failure.toString() : failure + "; caused by " + deepest;
  }

  /** Another partition count than configured is no error by itself; what cannot work refuses. */
  private static void warnOfTopics(HeadwaterConfig config) {
    try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
      for (String problem : admin.check(config.topicLayout())) {
        Output.line("warning: " + problem);
        LOG.warn("{}", problem);
      }
    }
  }

  /** A JVM that a signal ends would say 143, which supervisors count as a failure. */
  private static void drain(String name, CountDownLatch stop, CountDownLatch closed) {
    stop.countDown();
    try {
      if (closed.await(DRAIN_S, TimeUnit.SECONDS)) {
        Runtime.getRuntime().halt(0);
      }
      LOG.warn("{} did not drain in time", name);
      Runtime.getRuntime().halt(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void remove(Thread hook, CountDownLatch stop) {
    if (stop.getCount() > 0) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        LOG.debug("{} while the process ends", hook.getName(), e);
      }
    }
  }

  private static boolean close(String name, AutoCloseable part) {
    try {
      part.close();
      return true;
    } catch (Exception e) {
      LOG.warn("{} did not stop cleanly", name, e);
      return false;
    }
  }
}
