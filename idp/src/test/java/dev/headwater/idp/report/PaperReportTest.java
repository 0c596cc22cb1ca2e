package dev.headwater.idp.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.idp.cdim.ColdStartRule;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Event;
import dev.headwater.idp.data.Item;
import dev.headwater.idp.evaluate.Mode;
import dev.headwater.idp.evaluate.TableSystems;
import dev.headwater.idp.evaluate.TargetSettings;
import dev.headwater.idp.heldout.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaperReportTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final List<String> TARGETS = List.of("amazon_office", "ml-1m");
  private static final List<Long> SEEDS = List.of(1L, 2L);

  private final Path folder;
  private final CellStore store;

  PaperReportTest(@TempDir Path folder) {
    this.folder = folder;
    store = new CellStore(folder.resolve("cells"));
  }

  @Test
  void thePlanHasEverySystemOfAnotherPaperAndEachCellOnce() {
    List<Cell> cells = PaperPlan.cells(TARGETS, SEEDS);
    assertThat(new HashSet<>(cells)).hasSameSizeAs(cells);
    for (Mode mode : Mode.values()) {
      if (TableSystems.of(mode).isPresent() || mode == Mode.IDP) {
        for (String target : TARGETS) {
          assertThat(cells.stream().anyMatch(cell -> is(cell, target, mode)))
              .as("%s on %s", mode, target)
              .isEqualTo(mode != Mode.RECFORMER || target.equals("amazon_office"));
        }
      }
    }
  }

  private static boolean is(Cell cell, String target, Mode mode) {
    Pretrained from = mode == Mode.IDP ? Pretrained.PAPER : Pretrained.OURS;
    return cell.equals(new Cell(target, mode, "sasrec", 2, new TreeMap<>(), from));
  }

  @Test
  void everyBundleHasCellsOnlyItStartsAndFilesOfTheirOwn() {
    List<Cell> cells = PaperPlan.cells(TARGETS, SEEDS);
    for (Pretrained bundle : Pretrained.values()) {
      assertThat(cells).as(bundle.label()).anyMatch(cell -> cell.from() == bundle);
    }
    assertThat(cells).allMatch(c -> c.from() == Pretrained.OURS || c.mode().needsBundle());
    assertThat(cells.stream().map(Cell::fileName).distinct()).hasSameSizeAs(cells);
  }

  @Test
  void aTargetThatSomebodyBringsIsInEveryTableOfOnePlatform() {
    List<Cell> brought = PaperPlan.cells(List.of("books"), SEEDS);
    assertThat(brought).hasSameSizeAs(PaperPlan.cells(List.of("amazon_office"), SEEDS));
    assertThat(PaperPlan.cells(List.of("amazon_toys"), SEEDS)).hasSizeLessThan(brought.size());
  }

  @Test
  void theFirstSeedAndSmallTargetsComeFirst() {
    List<Cell> all = PaperPlan.cells(TARGETS, SEEDS);
    List<Cell> cells =
        all.stream()
            .filter(cell -> cell.mode() != Mode.RECFORMER)
            .filter(cell -> cell.from().encoder().equals("sasrec"))
            .toList();
    assertThat(all.subList(0, cells.size())).isEqualTo(cells);
    assertThat(all.get(all.size() - 1).mode()).isEqualTo(Mode.RECFORMER);
    int firstOfSecondSeed =
        (int) cells.stream().takeWhile(cell -> cell.seed() == SEEDS.get(0)).count();
    assertThat(cells.subList(firstOfSecondSeed, cells.size())).allMatch(cell -> cell.seed() == 2);
    List<Cell> first = cells.subList(0, firstOfSecondSeed);
    int office = (int) first.stream().takeWhile(c -> c.target().equals("amazon_office")).count();
    assertThat(first.subList(office, first.size())).allMatch(c -> c.target().equals("ml-1m"));
    assertThat(office).isBetween(20, first.size() - 1);
  }

  @Test
  void theAblationEndsInOurSettingsByOneStepARow() {
    PaperPlan.Table ablation =
        PaperPlan.tables().stream()
            .filter(t -> t.name().equals("ablation"))
            .findFirst()
            .orElseThrow();
    Map<String, String> before = Map.of("windows", "20");
    for (PaperPlan.Row row : ablation.rows().subList(3, ablation.rows().size())) {
      if (row.mode() == Mode.IDP) {
        assertThat(row.changes()).containsAllEntriesOf(before);
        assertThat(row.changes()).hasSize(before.size() + 1);
        before = row.changes();
      }
    }
    Map<String, String> all = new HashMap<>(before);
    all.put("restore-norm", "true");
    TargetSettings ours = TargetSettings.defaults(1_000, ColdStartRule.of(1), 1);
    TargetSettings reached = ours.paper().with(all);
    assertThat(reached.train()).isEqualTo(ours.train());
    assertThat(reached.coldStart()).isEqualTo(ours.coldStart());
  }

  @Test
  void writesTablesPlotsDataAndWhatIsMissing() throws IOException {
    store.put(new Cell("amazon_office", Mode.SCRATCH, "sasrec", 1), ranked(0.1, 1, 20));
    store.put(new Cell("amazon_office", Mode.FDSA, "sasrec", 1), ranked(0.2, 1, 2));
    Path out = folder.resolve("PAPER.md");
    PaperReport report = new PaperReport("the command", TARGETS, SEEDS, store);
    Cell broken = new Cell("amazon_office", Mode.UNISREC, "sasrec", 1);
    report.write(out, List.of(domain()), Map.of(), Map.of(broken, "out of luck"));
    String text = Files.readString(out);
    assertThat(text).contains("the command", "| few | 2 | 3 | 4 | 2.0 | 66.6667 % |");
    assertThat(text).contains("![NDCG@10](PAPER.md.main.svg)");
    assertThat(folder.resolve("PAPER.md.main.svg")).content().contains("FDSA");
    assertThat(folder.resolve("PAPER.md.cold-items.svg")).doesNotExist();
    assertThat(text).contains("| SASRec | .1000", "| FDSA | .2000", "No cell of it is there yet");
    int all = PaperPlan.cells(TARGETS, SEEDS).size();
    assertThat(text).contains("2 of %d cells are there".formatted(all));
    assertThat(text)
        .contains("- amazon_office.unisrec.sasrec, seeds [1, 2]: out of luck")
        .contains("- amazon_office.scratch.sasrec, seeds [2]: not run with these settings yet");
    assertThat(text).contains("- `fdsa`: Zhang et al.");
  }

  private static ObjectNode ranked(double hr10, double... ranks) {
    ObjectNode node = JSON.createObjectNode();
    for (Metric metric : Metric.values()) {
      node.put(metric.key(), 0.05);
    }
    node.put("hr10", hr10).put("validation_ndcg10", 0.1).put("seconds", 3);
    List<Double> all = Arrays.stream(ranks).boxed().toList();
    return node.put("users", ranks.length).put("first_ranks", FirstRanks.write(all));
  }

  private static DomainData domain() {
    List<Item> items =
        List.of(
            new Item("a", "A", "", List.of()),
            new Item("b", "B", "", List.of()),
            new Item("c", "C", "", List.of()));
    return new DomainData(
        "few",
        items,
        List.of(
            new Event("u", "a", 1),
            new Event("u", "b", 2),
            new Event("v", "a", 1),
            new Event("v", "c", 2)),
        false);
  }
}
