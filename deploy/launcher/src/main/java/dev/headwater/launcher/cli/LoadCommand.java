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
import dev.headwater.platform.report.WrongUseException;
import dev.headwater.tracing.Tracing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code load}: publishes a data set's interactions in the order of time, or what a mapping makes
 * of a file, at a rate.
 */
@Command(
    name = "load",
    description =
        "Publish a data set's interactions in the order of time, or a file's records by a mapping, at a rate.",
    mixinStandardHelpOptions = true)
final class LoadCommand implements Callable<Integer> {
  @Mixin CommonOptions common = new CommonOptions();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder with a folder a domain; needs --target.")
  @Nullable Path data;

  @Option(names = "--target", paramLabel = "T", description = "The domain to publish.")
  @Nullable String target;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "Instead: JSON (one a line), CSV or Avro, .gz or not, by a mapping.")
  @Nullable Path file;

  @Option(
      names = "--topic",
      paramLabel = "T",
      description = "Of which mapping; needed where several are declared.")
  @Nullable String topic;

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
    if ((file == null) == (data == null || target == null)) {
      throw new WrongUseException("load takes --data with --target, or --file");
    }
    KafkaSettings kafka = common.config().kafka();
    ObjectNode figures = JsonReport.object();
    if (file != null) {
      file(file, kafka, figures);
    } else {
      dataSet(Objects.requireNonNull(data), Objects.requireNonNull(target), kafka, figures);
    }
    if (json != null) {
      figures.set("machine", Machine.measure().toJson());
      JsonReport.write(json, figures);
    }
    return figures.path("refused").asLong() == 0 ? 0 : 1;
  }

  private void file(Path path, KafkaSettings kafka, ObjectNode figures) throws IOException {
    DeclaredMapping declared = DeclaredMapping.of(common.config(), topic).ofRows();
    TopicAdmin.requireBroker(kafka);
    long start = System.nanoTime();
    try (EventPublisher publisher = new EventPublisher(kafka)) {
      FileLoad load = new FileLoad(declared, publisher, rate);
      load.load(path);
      figures.put("events_published", load.published()).put("refused", load.refused());
    }
    double seconds = seconds(start);
    figures.put("seconds", seconds);
    Output.line(
        "published %,d records in %.1f s, %,d refused"
            .formatted(
                figures.path("events_published").asLong(),
                seconds,
                figures.path("refused").asLong()));
  }

  private void dataSet(Path folder, String name, KafkaSettings kafka, ObjectNode figures) {
    if (!(from >= 0 && from <= to && to <= 1)) {
      throw new WrongUseException("--from and --to are fractions with 0 <= from <= to <= 1");
    }
    DomainData domain = Datasets.load(folder, name);
    List<Interaction> all = Timeline.of(name, domain.events());
    List<Interaction> part =
        all.subList((int) (all.size() * from), (int) Math.round(all.size() * to));
    TopicAdmin.requireBroker(kafka);
    long start = System.nanoTime();
    try (Tracing tracing = common.config().tracing().open("publisher");
        EventPublisher publisher = new EventPublisher(kafka, tracing)) {
      if (catalog) {
        domain.items().forEach(item -> publisher.publish(catalogItem(name, item)));
      }
      Pace pace = new Pace(rate);
      for (Interaction interaction : part) {
        pace.await();
        publisher.publish(interaction);
      }
      publisher.flush();
    }
    double seconds = seconds(start);
    Output.line("published %,d interactions in %.1f s".formatted(part.size(), seconds));
    figures.put("events_published", part.size()).put("seconds", seconds);
  }

  private static double seconds(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  private static CatalogItem catalogItem(String domain, dev.headwater.idp.data.Item item) {
    return CatalogItem.of(domain, item.id(), item.title(), item.brand(), item.categories());
  }
}
