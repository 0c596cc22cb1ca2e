package dev.headwater.deploy.cli;

import dev.headwater.deploy.config.HeadwaterConfig;
import dev.headwater.ingest.IngestService;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ingest}: the Kafka Streams part alone, until stopped. */
@Command(
    name = "ingest",
    description = "Run ingest alone: validate, drop repeats, build histories. SIGTERM drains.",
    mixinStandardHelpOptions = true)
final class IngestCommand implements Callable<Integer> {
  @Mixin CommonOptions common = new CommonOptions();

  @Override
  public Integer call() throws InterruptedException {
    HeadwaterConfig config = common.config();
    IngestService service =
        new IngestService(
            config.ingest(),
            config.kafka(),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            Clock.systemUTC());
    return Service.run("ingest", config, service, service::start, () -> failure(service));
  }

  private static @Nullable Throwable failure(IngestService service) {
    Throwable failure = service.failure();
    return failure != null || service.isRunning()
        ? failure
        : new IllegalStateException("the stream threads are " + service.state());
  }
}
