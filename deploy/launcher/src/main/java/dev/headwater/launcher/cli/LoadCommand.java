package dev.headwater.launcher.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.idp.data.DomainData;
import dev.headwater.platform.cli.AtLeast;
import dev.headwater.platform.cli.CommonOptions;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.load.Datasets;
import dev.headwater.platform.load.EventPublisher;
import dev.headwater.platform.load.Pace;
import dev.headwater.platform.load.Timeline;
import dev.headwater.platform.report.JsonReport;
import dev.headwater.platform.report.Machine;
import dev.headwater.platform.report.VerbException;
import dev.headwater.tracing.Tracing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code load}: publishes a data set's interactions in the order of time, at a rate. */
@Command(
    name = "load",
    description = "Publish a data set's interactions in the order of time, at a rate.",
    mixinStandardHelpOptions = true)
final class LoadCommand implements Callable<Integer> {
  @Mixin CommonOptions common = new CommonOptions();

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Folder with a folder a domain.")
  Path data = Path.of("");

  @Option(
      names = "--target",
      required = true,
      paramLabel = "T",
      description = "The domain to publish.")
  String target = "";

  @Option(
      names = "--rate",
      converter = AtLeast.Zero.class,
      paramLabel = "R",
      description = "Interactions a second; 0 (default) for no limit.")
  double rate;

  @Option(
      names = "--from",
      paramLabel = "F",
      description = "Start, a fraction of the time line (default 0).")
  double from;

  @Option(
      names = "--to",
      paramLabel = "F",
      description = "End, a fraction of the time line (default 1).")
  double to = 1;

  @Option(names = "--catalog", description = "Publish the domain's items first.")
  boolean catalog;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the figures as one JSON object.")
  @Nullable Path json;

  @Override
  public Integer call() throws IOException {
    if (!(from >= 0 && from <= to && to <= 1)) {
      throw new VerbException("--from and --to are fractions with 0 <= from <= to <= 1");
    }
    DomainData domain = Datasets.load(data, target);
    List<Interaction> all = Timeline.of(target, domain.events());
    List<Interaction> part =
        all.subList((int) (all.size() * from), (int) Math.round(all.size() * to));
    KafkaSettings kafka = common.config().kafka();
    TopicAdmin.requireBroker(kafka);
    long start = System.nanoTime();
    try (Tracing tracing = common.config().tracing().open("publisher");
        EventPublisher publisher = new EventPublisher(kafka, tracing)) {
      if (catalog) {
        domain.items().forEach(item -> publisher.publish(catalogItem(item)));
      }
      Pace pace = new Pace(rate);
      for (Interaction interaction : part) {
        pace.await();
        publisher.publish(interaction);
      }
      publisher.flush();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Output.line("published %,d interactions in %.1f s".formatted(part.size(), seconds));
    if (json != null) {
      ObjectNode node = JsonReport.object();
      node.put("events_published", part.size());
      node.put("seconds", seconds);
      node.set("machine", Machine.measure().toJson());
      JsonReport.write(json, node);
    }
    return 0;
  }

  private CatalogItem catalogItem(dev.headwater.idp.data.Item item) {
    return CatalogItem.of(target, item.id(), item.title(), item.brand(), item.categories());
  }
}
