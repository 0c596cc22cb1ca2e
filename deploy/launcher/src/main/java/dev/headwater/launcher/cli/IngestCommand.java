package dev.headwater.launcher.cli;

import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.ingest.IngestService;
import dev.headwater.platform.cli.CommonOptions;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.parts.Metrics;
import dev.headwater.tracing.Tracing;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.util.List;
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
    TopicAdmin.requireBroker(config.kafka());
    PrometheusMeterRegistry registry = Metrics.registry();
    try (Tracing tracing = config.tracing().open("headwater-ingest");
        Metrics metrics = Metrics.serve(config.metrics().ingest(), List.of(registry::scrape))) {
      IngestService service =
          new IngestService(config.ingest(), config.kafka(), registry, Clock.systemUTC(), tracing);
      Output.line("metrics on port " + metrics.port());
      return Service.run(
          "ingest", config, () -> end(service.stop()), service::start, () -> failure(service));
    }
  }

  /** What was in hand is done again by the next one, but a supervisor is told that this was not. */
  static void end(boolean drained) {
    if (!drained) {
      throw new IllegalStateException("what was in hand was not finished in time");
    }
  }

  private static @Nullable Throwable failure(IngestService service) {
    Throwable failure = service.failure();
    return failure != null || service.isRunning()
        ? failure
        : new IllegalStateException("the stream threads are " + service.state());
  }
}
