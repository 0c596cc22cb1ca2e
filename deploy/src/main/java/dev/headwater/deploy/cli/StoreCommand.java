package dev.headwater.deploy.cli;

import dev.headwater.deploy.config.HeadwaterConfig;
import dev.headwater.store.StoreService;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code store}: the model store alone, until stopped. */
@Command(
    name = "store",
    description = "Run the model store alone: take in rows, seal, announce, roll back.",
    mixinStandardHelpOptions = true)
final class StoreCommand implements Callable<Integer> {
  @Mixin CommonOptions common = new CommonOptions();

  @Override
  public Integer call() throws InterruptedException {
    HeadwaterConfig config = common.config();
    StoreService service =
        StoreService.start(
            config.kafka(),
            config.store(),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            Clock.systemUTC());
    return Service.run("store", config, service, () -> {}, service::stopped);
  }
}
