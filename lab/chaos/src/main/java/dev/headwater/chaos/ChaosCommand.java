package dev.headwater.chaos;

import dev.headwater.configuration.Home;
import dev.headwater.platform.cli.AtLeast;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.parts.CachedBundle;
import dev.headwater.platform.report.JsonReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chaos}: kills what can be killed, in a cluster of processes under load. */
@Command(
    name = "chaos",
    description = {
      "Start a whole installation as separate processes on this machine, put it under load, break"
          + " one thing after the other, and check that nothing was lost and nothing came twice.",
      "Exit 1 when a rule did not hold. Needs about 6 GB of memory; logs stand in var/chaos/logs,"
          + " those of installations before in var/chaos-logs-N."
    },
    mixinStandardHelpOptions = true)
final class ChaosCommand implements Callable<Integer> {
  @Option(
      names = "--fault",
      paramLabel = "NAME",
      split = ",",
      description = "Only these faults; all by default.")
  List<String> faults = List.of();

  @Option(names = "--list", description = "Say which faults there are, and do nothing.")
  boolean list;

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      description =
          "Brokers that run already; without it three are started. Their own faults are left out.")
  @Nullable String bootstrap;

  @Option(
      names = "--times",
      converter = AtLeast.OneWhole.class,
      paramLabel = "N",
      defaultValue = "1",
      description = "How often each fault is tried (default 1).")
  int times = 1;

  @Option(
      names = "--rate",
      converter = AtLeast.One.class,
      paramLabel = "R",
      defaultValue = "100",
      description = "Clicks a second (default 100).")
  double rate = 100;

  @Option(
      names = "--items-rate",
      converter = AtLeast.One.class,
      paramLabel = "R",
      defaultValue = "2",
      description = "New items a second (default 2).")
  double itemsRate = 2;

  @Option(
      names = "--twice-seconds",
      converter = AtLeast.OneWhole.class,
      paramLabel = "S",
      defaultValue = "60",
      description = "How long events-twice sends each click twice (default 60).")
  int twiceSeconds = 60;

  @Option(
      names = "--crowd",
      converter = AtLeast.OneWhole.class,
      paramLabel = "N",
      defaultValue = "1000000",
      description =
          "Users, and items that no catalog names, of unknown-items and ingest-rebuilt (default"
              + " 1000000).")
  int crowd = 1_000_000;

  @Option(
      names = "--rows",
      converter = AtLeast.OneWhole.class,
      paramLabel = "N",
      defaultValue = "5000000",
      description = "Rows of rollback-of-many-rows (default 5000000).")
  int rows = 5_000_000;

  @Option(
      names = "--workers",
      converter = AtLeast.OneWhole.class,
      paramLabel = "N",
      defaultValue = "1",
      description = "Workers of FineTuneJob (default 1).")
  int workers = 1;

  @Option(
      names = "--start-minutes",
      converter = AtLeast.OneWhole.class,
      paramLabel = "N",
      description =
          "Begin faults in one installation for N minutes, and start a new one for the next: what has"
              + " piled up makes later ones slow. By default one serves all.")
  @Nullable Integer startMinutes;

  @Option(
      names = "--patience",
      converter = AtLeast.OneWhole.class,
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Wait N times as long before something counts as not having come, on a machine that is"
              + " busy with other work (default 1).")
  int patience = 1;

  @Option(
      names = "--resume",
      description =
          "Go on from the report in --json: faults after which every rule held are not tried"
              + " again.")
  boolean resume;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the report as one object, after each fault.")
  @Nullable Path json;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write it as a page, too, after each fault.")
  @Nullable Path page;

  @Override
  public Integer call() throws Exception {
    Faults.Sizes sizes = new Faults.Sizes(Duration.ofSeconds(twiceSeconds), crowd, rows);
    if (list) {
      ChaosRun.describe(sizes).forEach(Output::line);
      return 0;
    }
    Patience.times(patience);
    Path bundle = CachedBundle.generated().get(Output.stream());
    ChaosReport report =
        new ChaosRun(
                new ChaosRun.Options(
                    Home.directory().resolve("var/chaos"),
                    bundle,
                    bootstrap,
                    faults,
                    times,
                    rate,
                    itemsRate,
                    sizes,
                    workers,
                    startMinutes == null ? ChaosRun.ONE_START : Duration.ofMinutes(startMinutes),
                    earlier()),
                Output::line)
            .run(this::keep);
    keep(report);
    Output.line(report.clean() ? "every rule held" : "a rule did not hold");
    return report.clean() ? 0 : 1;
  }

  private @Nullable ChaosReport earlier() throws IOException {
    Path written = json;
    return resume && written != null && Files.exists(written) ? ChaosReport.read(written) : null;
  }

  private void keep(ChaosReport report) throws IOException {
    if (json != null) {
      JsonReport.write(json, report.json());
    }
    if (page != null) {
      report.writeMarkdown(page);
    }
  }
}
