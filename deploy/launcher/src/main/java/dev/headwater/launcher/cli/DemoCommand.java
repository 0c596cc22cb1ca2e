package dev.headwater.launcher.cli;

import dev.headwater.launcher.demo.Demo;
import dev.headwater.launcher.demo.DemoOptions;
import dev.headwater.launcher.demo.DemoReport;
import dev.headwater.platform.cli.AtLeast;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.report.JsonReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code demo}: the onboarding of a new domain, all parts in one process. */
@Command(
    name = "demo",
    description = "Start everything in one process and onboard a new domain; measure over HTTP.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder with a folder a domain (amazon_grocery and amazon_office as sources, amazon_toys"
              + " as the new domain); without it a market is generated.")
  @Nullable Path data;

  @Option(
      names = "--seconds",
      converter = AtLeast.OneWhole.class,
      paramLabel = "N",
      description = "Length of the replay (default ${DEFAULT-VALUE}).",
      defaultValue = "120")
  int seconds;

  @Option(
      names = "--rate",
      converter = AtLeast.One.class,
      paramLabel = "R",
      description = "Clicks a second in the replay (default ${DEFAULT-VALUE}).",
      defaultValue = "50")
  double rate;

  @Option(
      names = "--port",
      paramLabel = "P",
      description = "Port of the HTTP API, 0 for a free one (default ${DEFAULT-VALUE}).",
      defaultValue = "8080")
  int port;

  @Option(names = "--keep", description = "Stay up afterwards, to try it by hand.")
  boolean keep;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the figures as one JSON object.")
  @Nullable Path json;

  @Override
  public Integer call() throws Exception {
    DemoOptions options = new DemoOptions(data, seconds, rate, port, keep);
    DemoReport report = new Demo(options, Output.stream()).run(this::write);
    return report.broken().isEmpty() ? 0 : 1;
  }

  private void write(DemoReport report) throws IOException {
    if (json != null) {
      JsonReport.write(json, report.json());
    }
  }
}
