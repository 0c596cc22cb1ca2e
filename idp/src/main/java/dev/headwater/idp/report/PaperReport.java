package dev.headwater.idp.report;

import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.evaluate.Mode;
import dev.headwater.idp.evaluate.TableSystems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Writes the report of {@code evaluate --paper}: statistics of the data, every table with its plot,
 * what is missing and why.
 *
 * @param command that made it
 * @param targets of the tables
 * @param seeds of what is random
 * @param results of the cells
 */
public record PaperReport(String command, List<String> targets, List<Long> seeds, Results results) {
  private static final String ABSENT =
      "The paper's data sets, in its own cut, are not here: its Amazon domains (among them"
          + " Instruments) are of another selection, and its figures are not comparable with these."
          + " `--data` takes any domain in the layout of docs/data-layout.md.";

  /**
   * Writes Markdown, and a plot a table beside it.
   *
   * @param domains whose statistics are shown
   * @param bundles that are there
   * @param failed why cells are missing
   */
  public void write(
      Path out,
      List<DomainData> domains,
      Map<Pretrained, BundleManifest> bundles,
      Map<Cell, String> failed)
      throws IOException {
    StringBuilder text = new StringBuilder();
    text.append("# The paper's tables\n\n```\n").append(command).append("\n```\n\n");
    text.append(
        "What follows ± is half of the interval of 95 %, over users and seeds. *Over the row above*:"
            + " the paired difference, user by user, and its p by Fisher's randomisation test.\n"
            + "Sampled columns rank among 99 unseen items and flatter; the first three columns rank"
            + " in the whole catalog. ");
    text.append(ABSENT).append("\n\n");
    statistics(text, domains);
    pretrained(text, bundles);
    for (PaperPlan.Table table : PaperPlan.tables()) {
      table(text, table, out);
    }
    papers(text);
    missing(text, failed);
    Files.writeString(out, text.toString());
  }

  private static void statistics(StringBuilder text, List<DomainData> domains) {
    text.append("## Data\n\n| domain | users | items | events | events a user | density |\n")
        .append("|---|--:|--:|--:|--:|--:|\n");
    for (DomainData domain : domains) {
      long users = domain.events().stream().map(event -> event.user()).distinct().count();
      int events = domain.events().size();
      int items = domain.items().size();
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %,d | %,d | %,d | %.1f | %.4f %% |%n",
              domain.name(),
              users,
              items,
              events,
              (double) events / users,
              100.0 * events / users / items));
    }
  }

  private static void pretrained(StringBuilder text, Map<Pretrained, BundleManifest> bundles) {
    if (bundles.isEmpty()) {
      return;
    }
    text.append("\n## Bundles\n\nAll of the sources above; the mean of their validation.\n\n")
        .append(
            "| bundle | id | encoder | epochs | HR@10 | NDCG@10 |\n|---|---|---|--:|--:|--:|\n");
    bundles.forEach(
        (bundle, manifest) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %.0f | %.4f | %.4f |%n",
                    bundle.label(),
                    manifest.bundleId(),
                    manifest.encoderKind(),
                    manifest.metrics().getOrDefault("epochs", Double.NaN),
                    mean(manifest, ".hr10"),
                    mean(manifest, ".ndcg10"))));
  }

  private static double mean(BundleManifest manifest, String metric) {
    return manifest.metrics().entrySet().stream()
        .filter(entry -> entry.getKey().endsWith(metric))
        .mapToDouble(Map.Entry::getValue)
        .average()
        .orElse(Double.NaN);
  }

  private void table(StringBuilder text, PaperPlan.Table table, Path out) throws IOException {
    Summary summary = Summary.of(table.cells(targets, seeds), results, table::label);
    text.append("\n## %s\n\n%s\n".formatted(table.title(), table.says()));
    if (summary.byTarget().isEmpty()) {
      text.append("\nNo cell of it is there yet.\n");
      return;
    }
    if (summary.byTarget().values().stream()
        .flatMap(rows -> rows.values().stream())
        .anyMatch(results -> results.get(0).has("ndcg10"))) {
      Path plot = out.resolveSibling("%s.%s.svg".formatted(out.getFileName(), table.name()));
      Files.writeString(plot, Plot.of(summary));
      text.append("\n![NDCG@10](%s)\n".formatted(plot.getFileName()));
    }
    MarkdownTable.sections(text, summary, "###");
  }

  private static void papers(StringBuilder text) {
    text.append("\n## Systems of other papers\n\n");
    for (Mode mode : Mode.values()) {
      TableSystems.of(mode)
          .ifPresent(system -> text.append("- `%s`: %s.\n".formatted(mode.flag(), system.paper())));
    }
    text.append("\nWhere each departs from its paper stands in the Javadoc of its class.\n");
  }

  private void missing(StringBuilder text, Map<Cell, String> failed) {
    List<Cell> cells = PaperPlan.cells(targets, seeds);
    List<Cell> absent = cells.stream().filter(cell -> results.get(cell).isEmpty()).toList();
    text.append(
        "\n## Missing\n\n%d of %d cells are there.\n"
            .formatted(cells.size() - absent.size(), cells.size()));
    Set<String> lines = new LinkedHashSet<>();
    for (Cell cell : absent) {
      String why = failed.getOrDefault(cell, "not run with these settings yet");
      String seedsOf =
          Arrays.toString(
              absent.stream()
                  .filter(other -> prefix(other).equals(prefix(cell)))
                  .mapToLong(Cell::seed)
                  .toArray());
      lines.add("- %s, seeds %s: %s".formatted(prefix(cell), seedsOf, why));
    }
    lines.forEach(line -> text.append(line).append('\n'));
  }

  private static String prefix(Cell cell) {
    return cell.fileName().replaceAll("\\.?\\d+\\.json$", "");
  }
}
