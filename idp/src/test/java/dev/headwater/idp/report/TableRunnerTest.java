package dev.headwater.idp.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.idp.evaluate.Mode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableRunnerTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Cell ONE = new Cell("toys", Mode.SCRATCH, "sasrec", 1);
  private static final Cell TWO = new Cell("toys", Mode.SCRATCH, "sasrec", 2);
  private static final Cell THREE = new Cell("games", Mode.FDSA, "sasrec", 1);

  private final CellStore store;
  private final Counting work = new Counting();
  private final List<String> told = new ArrayList<>();

  TableRunnerTest(@TempDir Path folder) {
    store = new CellStore(folder);
  }

  @Test
  void evaluatesEveryCellOnceAndTellsHowFarItIs() {
    assertThat(run(ONE, TWO)).isEmpty();
    assertThat(work.done).containsExactly(ONE, TWO);
    assertThat(told).containsExactly("1 of 2 fresh", "2 of 2 fresh");
    assertThat(run(ONE, TWO, THREE)).isEmpty();
    assertThat(work.done).containsExactly(ONE, TWO, THREE);
    assertThat(told.subList(2, 5)).containsExactly("1 of 3 kept", "2 of 3 kept", "3 of 3 fresh");
  }

  @Test
  void aCellOfAnotherConfigurationIsEvaluatedAgain() {
    run(ONE);
    work.configuration = "other";
    run(ONE);
    assertThat(work.done).containsExactly(ONE, ONE);
  }

  @Test
  void aCellThatFailsIsNamedWithItsReasonAndTriedAgain() {
    work.broken = TWO;
    assertThat(run(ONE, TWO, THREE)).isEqualTo(Map.of(TWO, "no luck with seed 2"));
    assertThat(store.get(THREE)).isPresent();
    assertThat(store.get(TWO)).isEmpty();
    work.broken = null;
    assertThat(run(ONE, TWO, THREE)).isEmpty();
    assertThat(work.done).containsExactly(ONE, THREE, TWO);
  }

  /** Else a table would show, in the row of these settings, what others came to. */
  @Test
  void whatIsKeptOfAnotherConfigurationIsNotShown() {
    TableRunner runner = new TableRunner(store, work);
    run(ONE, TWO);
    assertThat(runner.get(ONE)).isPresent();
    work.configuration = "other";
    assertThat(runner.get(ONE)).isEmpty();
    work.broken = ONE;
    runner.run(List.of(ONE, TWO), (cell, result, done, all, fresh) -> {});
    assertThat(runner.get(ONE)).isEmpty();
    assertThat(runner.get(TWO)).isPresent();
  }

  @Test
  void otherSettingsAreAnotherCell() {
    Cell changed =
        new Cell("toys", Mode.SCRATCH, "sasrec", 1, new TreeMap<>(Map.of("loss", "bpr")));
    run(ONE, changed);
    assertThat(work.done).containsExactly(ONE, changed);
    assertThat(changed.fileName()).isEqualTo("toys.scratch.sasrec.loss=bpr.1.json");
  }

  private Map<Cell, String> run(Cell... cells) {
    return new TableRunner(store, work)
        .run(
            List.of(cells),
            (cell, result, done, all, fresh) -> {
              assertThat(result.path("seed").asLong()).isEqualTo(cell.seed());
              told.add("%d of %d %s".formatted(done, all, fresh ? "fresh" : "kept"));
            });
  }

  private static final class Counting implements TableRunner.Work {
    private final List<Cell> done = new ArrayList<>();
    private String configuration = "usual";
    private @Nullable Cell broken;

    @Override
    public Map<String, String> config(Cell cell) {
      return Map.of("settings", configuration);
    }

    @Override
    public ObjectNode evaluate(Cell cell) {
      if (cell.equals(broken)) {
        throw new IllegalStateException("no luck with seed " + cell.seed());
      }
      done.add(cell);
      ObjectNode node = JSON.createObjectNode().put("seed", cell.seed());
      node.putObject("config").put("settings", configuration);
      return node;
    }
  }
}
