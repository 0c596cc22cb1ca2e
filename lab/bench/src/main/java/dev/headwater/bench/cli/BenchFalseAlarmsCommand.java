package dev.headwater.bench.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.bench.learning.FalseAlarms;
import dev.headwater.bench.learning.FalseAlarms.OfSize;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.evaluate.StreamSettings;
import dev.headwater.jobs.coldstart.ColdStartConfig;
import dev.headwater.platform.cli.AtLeast;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.load.Datasets;
import dev.headwater.platform.parts.Bundles;
import dev.headwater.platform.parts.CachedBundle;
import dev.headwater.platform.report.JsonReport;
import dev.headwater.platform.report.VerbException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench false-alarms}: how often good learning would be taken back. */
@Command(
    name = "false-alarms",
    description =
        "Rank and learn whole streams, and tell the store's quality rule of them in windows.",
    mixinStandardHelpOptions = true)
final class BenchFalseAlarmsCommand implements Callable<Integer> {
  private static final long SEED = 42;

  @Mixin BenchOptions bench = new BenchOptions();

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Folder with a folder a domain.")
  Path data = Path.of("");

  @Option(
      names = "--targets",
      required = true,
      split = ",",
      paramLabel = "A,B",
      description = "Whose streams.")
  List<String> targets = List.of();

  @Option(
      names = "--bundle",
      paramLabel = "BUNDLE",
      description = "Source bundle; default: one pre-trained on the generated market.")
  @Nullable Path bundle;

  @Option(
      names = "--window-events",
      split = ",",
      converter = AtLeast.OneWhole.class,
      defaultValue = "20,50,100,250,500,1250",
      paramLabel = "N",
      description = "Events of a window (default ${DEFAULT-VALUE}).")
  List<Integer> windowEvents = List.of();

  @Override
  public Integer call() throws IOException {
    bench.begin();
    List<DomainData> domains = streams();
    Duration window =
        HeadwaterConfig.load(bench.file, Map.of()).jobs().fineTune().scoring().window();
    Path path = bundle == null ? CachedBundle.generated().get(Output.stream()) : bundle;
    SourceBundle source = Bundles.open(path);
    FalseAlarms rule =
        new FalseAlarms(StreamSettings.defaults(ColdStartConfig.rule(), SEED), window.toMillis());
    ObjectNode figures = JsonReport.object();
    long windows = 0;
    long alarms = 0;
    for (DomainData domain : domains) {
      float[][] texts = BenchOptions.texts(domain, source);
      List<OfSize> sizes = rule.run(domain, texts, source, windowEvents);
      put(figures.withObject("/domains").putObject(domain.name()), sizes);
      windows += sizes.stream().mapToLong(OfSize::windows).sum();
      alarms += sizes.stream().mapToLong(each -> each.alarms().size()).sum();
      Output.line(
          "%s done: %,d windows so far, %d alarms".formatted(domain.name(), windows, alarms));
    }
    figures.put("windows", windows);
    figures.put("hours", windows * window.toMillis() / 3_600_000.0);
    figures.put("alarms", alarms);
    bench.report(figures);
    return 0;
  }

  /** All of them are read first: what is wrong with the last one shows before the first has run. */
  private List<DomainData> streams() {
    List<DomainData> domains = Datasets.load(data, targets);
    for (DomainData domain : domains) {
      if (!domain.realTime()) {
        throw new VerbException(
            domain.name() + " has an order of events but no times: it is no stream");
      }
    }
    return domains;
  }

  private static void put(ObjectNode node, List<OfSize> sizes) {
    for (OfSize each : sizes) {
      ObjectNode of = node.putObject(Integer.toString(each.size()));
      of.put("windows", each.windows());
      ArrayNode alarms = of.putArray("alarms");
      each.alarms().forEach(alarms::add);
    }
  }
}
