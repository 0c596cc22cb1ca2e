package dev.headwater.bench.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.bench.serving.UnknownItems;
import dev.headwater.bench.serving.UnknownItems.Held;
import dev.headwater.platform.cli.AtLeast;
import dev.headwater.platform.report.JsonReport;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench unknown-items}: ids that only histories name leave nothing behind. */
@Command(
    name = "unknown-items",
    description =
        "Hand a serving node's reader histories of items that no catalog names, and tell what"
            + " memory is held.",
    mixinStandardHelpOptions = true)
final class BenchUnknownItemsCommand implements Callable<Integer> {
  @Mixin BenchOptions bench = new BenchOptions();

  @Option(
      names = "--items",
      converter = AtLeast.OneWhole.class,
      defaultValue = "10000000",
      paramLabel = "N",
      description = "Ids (default 10000000).")
  int items = 10_000_000;

  @Override
  public Integer call() throws IOException {
    bench.begin();
    List<Held> held = new UnknownItems().run(items);
    ObjectNode figures = JsonReport.object();
    ArrayNode tenths = figures.putArray("held");
    held.forEach(
        each ->
            tenths
                .addObject()
                .put("items", each.items())
                .put("resident_mb", Math.round(each.residentMb()))
                .put("heap_mb", Math.round(each.heapMb() * 10) / 10.0));
    Held first = held.get(0);
    Held last = held.get(held.size() - 1);
    figures.put("resident_last_to_first", last.residentMb() / Math.max(1, first.residentMb()));
    figures.put("heap_last_to_first", last.heapMb() / first.heapMb());
    bench.report(figures);
    return 0;
  }
}
