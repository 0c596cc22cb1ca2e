package dev.headwater.launcher.cli;

import dev.headwater.client.answers.LagReport;
import dev.headwater.launcher.demo.RunningDemo;
import dev.headwater.platform.cli.CommonOptions;
import dev.headwater.platform.cli.HttpOptions;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.lag.LagSource;
import dev.headwater.platform.lag.LagTable;
import dev.headwater.platform.report.JsonReport;
import dev.headwater.platform.report.Terminal;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lag}: how late each hop is, in a table; exit 1 when one has stopped. */
@Command(
    name = "lag",
    description =
        "Say how late each hop is: live, idle, slow or stopped. Asks a serving node; where none"
            + " answers, sends heartbeats of its own and reads the topics. Exit 1 when a hop has"
            + " stopped.",
    mixinStandardHelpOptions = true)
final class LagCommand implements Callable<Integer> {
  private static final long REFRESH_MS = 1_000;
  private static final String HOME_AND_CLEAR = "\u001b[H\u001b[J";

  @Mixin CommonOptions common = new CommonOptions();
  @Mixin HttpOptions http = new HttpOptions();

  @Option(names = "--watch", description = "Show it again every second, until stopped.")
  boolean watch;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "The serving node (default: loopback at serving.port; where nobody listens there and a"
              + " demo of this home runs, the demo's).")
  @Nullable URI url;

  @Option(names = "--broker", description = "Ask no serving node; measure through Kafka alone.")
  boolean broker;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the readings as one JSON object, as GET /v1/lag gives them.")
  @Nullable Path json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    HeadwaterConfig config = common.config();
    URI node = url;
    if (node == null && !broker) {
      node =
          Found.orElse(
              URI.create("http://127.0.0.1:" + config.serving().port()), RunningDemo.Part.SERVING);
    }
    if (node == null || !RunningDemo.isListening(node)) {
      config = Found.config(common);
    }
    try (LagSource source = LagSource.open(config, node, http.credentials())) {
      LagReport report = show(source);
      while (watch) {
        TimeUnit.MILLISECONDS.sleep(REFRESH_MS);
        report = show(source);
      }
      return report.anyStopped() ? 1 : 0;
    }
  }

  private LagReport show(LagSource source) throws IOException, InterruptedException {
    LagReport report = source.report(!watch);
    if (watch && Terminal.isAttached()) {
      Output.stream().print(HOME_AND_CLEAR);
    }
    LagTable.lines(report).forEach(Output::line);
    if (json != null) {
      JsonReport.write(json, LagSource.toJson(report));
    }
    return report;
  }
}
