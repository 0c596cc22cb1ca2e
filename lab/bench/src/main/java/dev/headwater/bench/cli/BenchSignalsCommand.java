package dev.headwater.bench.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.bench.idp.SignalsBench;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.GeneratedMarket;
import dev.headwater.idp.evaluate.StreamResult;
import dev.headwater.idp.evaluate.StreamResult.StreamScore;
import dev.headwater.ingest.IngestConfig;
import dev.headwater.jobs.coldstart.ColdStartConfig;
import dev.headwater.platform.parts.Bundles;
import dev.headwater.platform.parts.CachedBundle;
import dev.headwater.platform.report.JsonReport;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench signals}: what types and values of events are worth, on a generated market. */
@Command(
    name = "signals",
    description =
        "Quality of answers with dislikes weighed by ingest.signals, taken for likes, not learned.",
    mixinStandardHelpOptions = true)
final class BenchSignalsCommand implements Callable<Integer> {
  private static final List<String> SHOWN =
      List.of(StreamResult.LIVE, StreamResult.LEARNED, StreamResult.NEVER_TUNED);

  @Mixin BenchOptions bench = new BenchOptions();

  @Option(names = "--seed", defaultValue = "1", paramLabel = "S", description = "Default 1.")
  long seed = 1;

  @Override
  public Integer call() throws IOException {
    bench.begin();
    SourceBundle bundle = Bundles.open(CachedBundle.generated().get(System.err));
    DomainData market = GeneratedMarket.generateWithSignals(seed);
    float[][] texts = BenchOptions.texts(market, bundle);
    SignalsBench signals =
        new SignalsBench(market, texts, IngestConfig.Settings.of(Map.of()).signals());
    ObjectNode figures = JsonReport.object();
    signals
        .run(bundle, ColdStartConfig.rule(), seed)
        .forEach((way, result) -> put(figures.putObject(way), result));
    bench.report(figures);
    return 0;
  }

  private static void put(ObjectNode figures, StreamResult result) {
    SHOWN.forEach(name -> put(figures.putObject(name), result.of(name)));
    ObjectNode unwanted = figures.putObject("unwanted");
    result.unwanted().forEach((name, score) -> put(unwanted.putObject(name), score));
  }

  private static void put(ObjectNode figures, StreamScore score) {
    figures.put("hr10", score.hr10());
    figures.put("ndcg10", score.ndcg10());
    figures.put("events", score.events());
  }
}
