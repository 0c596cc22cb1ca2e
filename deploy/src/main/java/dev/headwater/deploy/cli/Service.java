package dev.headwater.deploy.cli;

import dev.headwater.deploy.config.ConfigFile;
import dev.headwater.deploy.config.HeadwaterConfig;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one part until SIGTERM or SIGINT, which drain it, or until it stops by itself (exit 1). */
final class Service {
  private static final Logger LOG = LoggerFactory.getLogger(Service.class);

  private Service() {}

  /** Starts something. */
  interface Start {
    void start() throws Exception;
  }

  /** Tells whether something still runs. */
  interface Alive {
    boolean isAlive() throws Exception;
  }

  static int run(String name, HeadwaterConfig config, AutoCloseable part, Start start, Alive alive)
      throws InterruptedException {
    LOG.info("{} starts with\n{}", name, ConfigFile.render(config.values()));
    CountDownLatch stop = new CountDownLatch(1);
    boolean failed = false;
    CountDownLatch closed = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> drain(name, stop, closed), "drain"));
    try {
      start.start();
      Output.line(name + " runs; Ctrl-C or SIGTERM stops it");
      while (!stop.await(500, TimeUnit.MILLISECONDS)) {
        if (!alive.isAlive()) {
          failed = true;
          break;
        }
      }
    } catch (RuntimeException | InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(name + " failed: " + e.getMessage(), e);
    } finally {
      close(name, part);
      closed.countDown();
    }
    return failed ? 1 : 0;
  }

  private static void drain(String name, CountDownLatch stop, CountDownLatch closed) {
    stop.countDown();
    try {
      if (!closed.await(40, TimeUnit.SECONDS)) {
        LOG.warn("{} did not drain in time", name);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(String name, AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      LOG.warn("{} did not stop cleanly", name, e);
    }
  }
}
