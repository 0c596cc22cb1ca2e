package dev.headwater.store;

import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.store.admin.StandbyConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One store of a pair as a process: bootstrap, directory, own port, the other one's port. */
final class PairNode {
  private PairNode() {}

  /** Runs until it has stopped by itself, as the verb {@code store} does. */
  public static void main(String[] args) throws InterruptedException {
    URI peer = URI.create("http://127.0.0.1:" + args[3]);
    StoreConfig config =
        StoreConfig.defaults(Path.of(args[1]))
            .withAdminPort(Integer.parseInt(args[2]))
            .withStandby(new StandbyConfig(peer, Duration.ofSeconds(3), null));
    StoreService service =
        StoreService.start(
            KafkaSettings.of(args[0]), config, new SimpleMeterRegistry(), Clock.systemUTC());
    CountDownLatch never = new CountDownLatch(1);
    while (service.stopped() == null) {
      var unused = never.await(200, TimeUnit.MILLISECONDS);
    }
    System.err.println("stopped: " + service.stopped());
    Runtime.getRuntime().halt(1);
  }
}
