package dev.headwater.idp.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.idp.evaluate.Mode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From cells on disk to a table and a plot. */
class TableTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Cell SCRATCH_1 = new Cell("toys", Mode.SCRATCH, "sasrec", 1);
  private static final Cell SCRATCH_2 = new Cell("toys", Mode.SCRATCH, "sasrec", 2);
  private static final Cell GRU = new Cell("toys", Mode.SCRATCH, "gru4rec", 1);
  private static final Cell COLD = new Cell("toys", Mode.COLD_ITEMS, "sasrec", 1);
  private static final Cell STREAM = new Cell("games", Mode.STREAM, "sasrec", 1);

  private final CellStore store;

  TableTest(@TempDir Path folder) {
    store = new CellStore(folder.resolve("cells"));
  }

  @Test
  void aGridHasASeedEachWhereSomethingIsRandomAndOneElsewhere() {
    List<Cell> cells =
        Cell.grid(
            List.of("toys", "games"),
            List.of(Mode.POPULARITY, Mode.SCRATCH, Mode.FINE_TUNE, Mode.STREAM),
            "gru4rec",
            List.of(1L, 2L, 3L));
    assertThat(cells).hasSize(2 + 6 + 6 + 2);
    assertThat(cells.stream().filter(c -> c.mode() == Mode.STREAM)).allMatch(c -> c.seed() == 1);
    assertThat(cells.stream().filter(c -> c.mode() == Mode.SCRATCH))
        .allMatch(c -> c.encoder().equals("gru4rec"));
    assertThat(cells.stream().filter(c -> c.mode() == Mode.FINE_TUNE))
        .as("the bundle's encoder")
        .allMatch(c -> c.encoder().equals("sasrec"));
  }

  @Test
  void aRowSaysTheEncoderWhereItIsNotTheUsualOne() {
    assertThat(SCRATCH_1.row()).isEqualTo("scratch");
    assertThat(GRU.row()).isEqualTo("scratch (gru4rec)");
    assertThat(SCRATCH_2.fileName()).isEqualTo("toys.scratch.sasrec.2.json");
  }

  @Test
  void keepsACellAndFindsItAgain() {
    assertThat(store.get(SCRATCH_1)).isEmpty();
    store.put(SCRATCH_1, ranked(0.1, 0.2));
    store.put(SCRATCH_1, ranked(0.3, 0.4));
    JsonNode found = store.get(SCRATCH_1).orElseThrow();
    assertThat(found.path("hr10").asDouble()).isEqualTo(0.3);
    assertThat(store.get(SCRATCH_2)).isEmpty();
  }

  @Test
  void aDamagedCellIsAnErrorThatNamesIt() throws IOException {
    store.put(SCRATCH_1, ranked(0.1, 0.2));
    Files.writeString(store.directory().resolve(SCRATCH_1.fileName()), "{\"hr10\": ");
    assertThatThrownBy(() -> store.get(SCRATCH_1))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(SCRATCH_1.fileName());
  }

  @Test
  void meansAndDeviationsAreOverTheSeeds() {
    store.put(SCRATCH_1, ranked(0.1, 0.2));
    store.put(SCRATCH_2, ranked(0.3, 0.4));
    List<JsonNode> results =
        Objects.requireNonNull(
            Objects.requireNonNull(
                    Summary.of(List.of(SCRATCH_1, SCRATCH_2), store).byTarget().get("toys"))
                .get("scratch"));
    assertThat(results).hasSize(2);
    assertThat(Summary.mean(results, "hr10")).isCloseTo(0.2, within(1e-12));
    assertThat(Summary.deviation(results, "ndcg10")).isCloseTo(Math.sqrt(0.02), within(1e-12));
    assertThat(Summary.deviation(results.subList(0, 1), "ndcg10")).isNaN();
    assertThat(Summary.mean(results, "absent")).isNaN();
  }

  @Test
  void theTableHasARowAModeAndTheDeviationWhereThereAreSeeds() {
    store.put(SCRATCH_1, ranked(0.1, 0.2));
    store.put(SCRATCH_2, ranked(0.3, 0.4));
    store.put(GRU, ranked(0.05, 0.06));
    String table = MarkdownTable.of(List.of(SCRATCH_1, SCRATCH_2, GRU, COLD), store, "p.svg");
    assertThat(table).startsWith("![NDCG@10 by mode and target](p.svg)\n");
    assertThat(table).contains("\n## toys\n");
    assertThat(row(table, "scratch ")).contains(".2000", ".3000", "| 2 |").doesNotContain("±");
    assertThat(row(table, "scratch (gru4rec)")).contains(".0500", ".0600", "| 1 |");
    assertThat(table).doesNotContain("cold items");
  }

  @Test
  void whatUsersGotTellsHowSureAFigureIsAndHowItsNeighboursDiffer() {
    store.put(SCRATCH_1, withRanks(ranked(0.1, 0.2), 1, 20, 20, 20));
    store.put(SCRATCH_2, withRanks(ranked(0.3, 0.4), 1, 20, 20, 20));
    store.put(GRU, withRanks(ranked(0.05, 0.06), 1, 1, 1, 1));
    String table = MarkdownTable.of(List.of(SCRATCH_1, SCRATCH_2, GRU), store, "p.svg");
    // Users: a variance of 1/4 over 4; seeds: .02 over 2.
    double half = 1.96 * Math.sqrt(0.25 / 4 + 0.02 / 2);
    assertThat(row(table, "scratch ")).contains(".3000 ± " + "%.4f".formatted(half).substring(1));
    // Three users gain 1 each; of eight choices of their signs two are as large.
    assertThat(row(table, "scratch (gru4rec)")).containsPattern("\\+\\.7500 \\(p \\.2[3-7]");
  }

  @Test
  void cellsOfOtherUsersAreNotCompared() {
    store.put(SCRATCH_1, withRanks(ranked(0.1, 0.2), 1, 20, 20, 20));
    store.put(GRU, withRanks(ranked(0.05, 0.06), 1, 1));
    String table = MarkdownTable.of(List.of(SCRATCH_1, GRU), store, "p.svg");
    assertThat(table).doesNotContain("(p ");
  }

  @Test
  void everyRowOfTheTableHasAsManyCellsAsItsHead() {
    store.put(SCRATCH_1, ranked(0.1, 0.2));
    store.put(STREAM, stream());
    for (String block :
        MarkdownTable.of(List.of(SCRATCH_1, STREAM), store, "p").split("\n\n", -1)) {
      List<String> lines = block.lines().filter(line -> line.startsWith("|")).toList();
      for (String line : lines) {
        assertThat(bars(line)).as(line).isEqualTo(bars(lines.get(0)));
      }
    }
  }

  @Test
  void coldItemsAndStreamsHaveTablesOfTheirOwn() {
    ObjectNode cold = JSON.createObjectNode();
    cold.put("cold_hr10", 0.115).put("warm_hr10", 0.1069).put("splits", 5);
    cold.put("ranked_cold_hr10", 0.1211).put("ranked_warm_hr10", 0.1311);
    cold.put("text_knn_cold_hr10", 0.0473).put("warm_hr10_without_cold_handling", 0.1086);
    store.put(COLD, cold);
    store.put(STREAM, stream());
    String table = MarkdownTable.of(List.of(COLD, STREAM), store, "p.svg");
    assertThat(table).contains("mean of 5 splits", "| cold items | .1150 |");
    assertThat(table).contains("| cold items, ranked by all experts | .1211 |");
    assertThat(table).contains("| warm items, model without cold handling | .1086 |");
    assertThat(row(table, "live")).contains(".1000", ".2000", ".3000", ".4000", "| 77 |");
    assertThat(row(table, "never_tuned")).contains("| 0 |", ".0000");
  }

  @Test
  void thePlotHasABarAModeAsLongAsItsFigure() {
    store.put(SCRATCH_1, ranked(0.1, 0.2));
    store.put(GRU, ranked(0.05, 0.1));
    String svg = Plot.of(List.of(SCRATCH_1, GRU, STREAM), store);
    assertThat(svg).startsWith("<svg").endsWith("</svg>\n").contains("toys: NDCG@10");
    assertThat(svg).contains(">0.2000<", ">0.1000<").doesNotContain("games");
    List<Double> widths =
        svg.lines()
            .filter(line -> line.startsWith("<rect x="))
            .map(line -> Double.parseDouble(line.replaceAll(".* width=\"([0-9.]+)\".*", "$1")))
            .toList();
    assertThat(widths).hasSize(2);
    assertThat(widths.get(1)).isCloseTo(widths.get(0) / 2, within(0.1));
  }

  @Test
  void aPlotOfNothingIsStillAPicture() {
    assertThat(Plot.of(List.of(SCRATCH_1), store)).startsWith("<svg").doesNotContain("NaN");
    assertThat(MarkdownTable.of(List.of(SCRATCH_1), store, "p.svg")).doesNotContain("##");
  }

  private static String row(String table, String name) {
    return table.lines().filter(line -> line.startsWith("| " + name)).findFirst().orElseThrow();
  }

  private static long bars(String line) {
    return line.chars().filter(c -> c == '|').count();
  }

  private static ObjectNode ranked(double hr10, double ndcg10) {
    ObjectNode node = JSON.createObjectNode();
    node.put("hr10", hr10).put("ndcg10", ndcg10).put("mrr", 0.1).put("validation_ndcg10", 0.2);
    node.put("sampled_hr1", 0.1).put("sampled_hr5", 0.2).put("sampled_ndcg5", 0.3);
    return node.put("seconds", 12);
  }

  private static ObjectNode withRanks(ObjectNode node, double... ranks) {
    List<Double> all = Arrays.stream(ranks).boxed().toList();
    return node.put("users", ranks.length).put("first_ranks", FirstRanks.write(all));
  }

  private static ObjectNode stream() {
    ObjectNode node = JSON.createObjectNode();
    node.putObject("live")
        .put("hr10", 0.1)
        .put("ndcg10", 0.2)
        .put("known_hr10", 0.3)
        .put("new_hr10", 0.4)
        .put("events", 77);
    for (String other : List.of("frozen", "never_tuned", "popularity", "retrained")) {
      node.putObject(other).put("hr10", 0).put("events", 0);
    }
    return node;
  }
}
