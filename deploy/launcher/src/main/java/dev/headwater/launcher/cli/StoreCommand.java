package dev.headwater.launcher.cli;

import dev.headwater.platform.cli.CommonOptions;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.parts.Metrics;
import dev.headwater.store.StoreConfig;
import dev.headwater.store.StoreService;
import dev.headwater.tracing.Tracing;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code store}: the model store alone, until stopped. */
@Command(
    name = "store",
    description = "Run the model store alone: take in rows, seal, announce, roll back.",
    mixinStandardHelpOptions = true)
final class StoreCommand implements Callable<Integer> {
  @Mixin CommonOptions common = new CommonOptions();

  @Option(
      names = "--peer",
      paramLabel = "URL",
      description = "The other store of a pair; wins over store.standby.peer.")
  @Nullable URI peer;

  @Override
  public Integer call() throws InterruptedException {
    HeadwaterConfig config = common.config();
    PrometheusMeterRegistry registry = Metrics.registry();
    try (Tracing tracing = config.tracing().open("headwater-store")) {
      StoreService service =
          StoreService.start(config.kafka(), store(config), registry, Clock.systemUTC(), tracing);
      return run(config, service, registry);
    }
  }

  private StoreConfig store(HeadwaterConfig config) {
    StoreConfig store = config.store();
    return peer == null ? store : store.withStandby(store.standby().withPeer(peer));
  }

  private static int run(
      HeadwaterConfig config, StoreService service, PrometheusMeterRegistry registry)
      throws InterruptedException {
    try (Metrics metrics = Metrics.serve(config.metrics().store(), List.of(registry::scrape))) {
      Output.line("metrics on port " + metrics.port());
      return Service.run("store", config, service, () -> {}, service::stopped);
    }
  }
}
