package dev.headwater.launcher.cli;

import dev.headwater.platform.cli.CommonOptions;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.parts.Metrics;
import dev.headwater.serving.ServingService;
import dev.headwater.tracing.Tracing;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code serve}: a serving node alone, until stopped. */
@Command(
    name = "serve",
    description = "Run a serving node alone: follow the topics, answer over HTTP.",
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  @Mixin CommonOptions common = new CommonOptions();

  @Override
  public Integer call() throws InterruptedException {
    HeadwaterConfig config = common.config();
    try (Tracing tracing = config.tracing().open("headwater-serving")) {
      ServingService service =
          ServingService.start(config.serving(), config.kafka(), Metrics.registry(), tracing);
      Output.line("HTTP API on port " + service.port());
      return Service.run("serve", config, () -> end(service), () -> {}, service::failure);
    }
  }

  private static void end(ServingService service) throws InterruptedException {
    try {
      service.drain();
    } finally {
      service.close();
    }
  }
}
