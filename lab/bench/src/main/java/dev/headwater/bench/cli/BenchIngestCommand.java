package dev.headwater.bench.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.bench.ingest.IngestBenchmark;
import dev.headwater.bench.ingest.IngestBenchmarkConfig;
import dev.headwater.bench.ingest.IngestBenchmarkResult;
import dev.headwater.bench.stage.BenchStage;
import dev.headwater.ingest.IngestService;
import dev.headwater.platform.cli.AtLeast;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.report.JsonReport;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench ingest}: events a second from the first send to the commit of the last. */
@Command(
    name = "ingest",
    description = "Events a second through ingest: 50,000 users by Zipf, histories filled to 20.",
    mixinStandardHelpOptions = true)
final class BenchIngestCommand implements Callable<Integer> {
  private static final int PARTITIONS = 2;

  /** Events are a millisecond apart and must not lie ahead of the clock. */
  private static final long PAST_MS = 3_600_000;

  @Mixin BenchOptions bench = new BenchOptions();

  @Option(
      names = "--events",
      converter = AtLeast.OneWhole.class,
      defaultValue = "500000",
      paramLabel = "N",
      description = "Events of the measured part (default 500000).")
  int events = 500_000;

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (BenchStage stage = bench.stage(BenchStage.DOMAIN, PARTITIONS)) {
      HeadwaterConfig config = stage.config();
      try (IngestService service =
          new IngestService(
              config.ingest(), config.kafka(), new SimpleMeterRegistry(), Clock.systemUTC())) {
        service.start();
        IngestBenchmarkResult result =
            new IngestBenchmark(
                    IngestBenchmarkConfig.of(BenchStage.DOMAIN, events),
                    config.kafka(),
                    config.ingest().applicationId(),
                    service,
                    done -> {})
                .run(Clock.systemUTC().millis() - PAST_MS);
        report(result);
      }
    }
    return 0;
  }

  private void report(IngestBenchmarkResult result) throws IOException {
    ObjectNode figures = JsonReport.object();
    figures.put("events_per_s", result.eventsPerSecond());
    figures.put("lost", result.lost());
    figures.put("repeats", result.repeats());
    figures.put("duplicates_removed", result.duplicatesRemoved());
    figures.put("dead_lettered", result.deadLettered());
    figures.put("seconds", result.seconds());
    figures.put("fill_seconds", result.fillSeconds());
    bench.report(figures);
  }
}
