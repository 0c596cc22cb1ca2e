package dev.headwater.idp.report;

import dev.headwater.idp.evaluate.Mode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which rows stand in which table of {@code evaluate --paper}. To add a system to a table, add its
 * row here.
 */
public final class PaperPlan {
  private static final String USUAL = "sasrec";

  /** The targets of the tables, small ones first. */
  public static final List<String> TARGETS =
      List.of("amazon_office", "amazon_scientific", "amazon_arts", "amazon_toys", "ml-1m");

  private static final String OTHER_PLATFORM = "ml-1m";

  /** What is tuned on every target. */
  private static final List<Row> SYSTEMS =
      List.of(
          row("popularity", Mode.POPULARITY),
          row("text-kNN", Mode.TEXT_KNN),
          row("item-kNN", Mode.ITEM_KNN),
          row("GRU4Rec", Mode.GRU4REC),
          row("BERT4Rec", Mode.BERT4REC),
          row("SASRec", Mode.SCRATCH),
          row("FDSA", Mode.FDSA),
          row("DACDR", Mode.DACDR),
          row("PeterRec", Mode.PETERREC),
          row("UniSRec (ID+t)", Mode.UNISREC),
          row("Recformer", Mode.RECFORMER),
          row("IDP, the paper's form", Mode.IDP),
          row("IDP, ours", Mode.FINE_TUNE));

  private PaperPlan() {}

  /**
   * A row of a table.
   *
   * @param label in the table
   * @param mode what is evaluated
   * @param encoder kind of a fresh encoder
   * @param changes settings by name that are other than usual
   */
  public record Row(String label, Mode mode, String encoder, Map<String, String> changes) {
    Cell cell(String target, long seed) {
      return new Cell(target, mode, encoder, seed, new TreeMap<>(changes));
    }
  }

  /**
   * A table.
   *
   * @param name in file names
   * @param title above it
   * @param says what is compared, in a sentence or two
   * @param ofOtherPlatform whether it is of the target from another platform, or of the others
   * @param rows from top to bottom
   */
  public record Table(
      String name, String title, String says, boolean ofOtherPlatform, List<Row> rows) {
    boolean has(String target) {
      return target.equals(OTHER_PLATFORM) == ofOtherPlatform;
    }

    /** Its cells on some targets. */
    List<Cell> cells(List<String> targets, List<Long> seeds) {
      List<Cell> cells = new ArrayList<>();
      for (String target : targets) {
        for (Row row : has(target) ? rows : List.<Row>of()) {
          for (long seed : Cell.isRandom(row.mode()) ? seeds : seeds.subList(0, 1)) {
            cells.add(row.cell(target, seed));
          }
        }
      }
      return cells;
    }

    /** The row of a cell. */
    String label(Cell cell) {
      return rows.stream()
          .filter(row -> row.cell(cell.target(), cell.seed()).equals(cell))
          .map(Row::label)
          .findFirst()
          .orElseGet(cell::row);
    }
  }

  /** All tables, in the order of the report. */
  public static List<Table> tables() {
    return List.of(main(), zeroShot(), universality(), ablation(), otherPlatform(), cold());
  }

  /** All cells, those of the first seed and of small targets first; each once. */
  public static List<Cell> cells(List<String> targets, List<Long> seeds) {
    Set<Cell> cells = new LinkedHashSet<>();
    for (int seed = 0; seed < seeds.size(); seed++) {
      for (String target : targets) {
        for (Table table : tables()) {
          List<Cell> ofTarget = table.cells(List.of(target), seeds);
          long wanted = seeds.get(seed);
          ofTarget.stream().filter(cell -> cell.seed() == wanted).forEach(cells::add);
        }
      }
    }
    return List.copyOf(cells);
  }

  private static List<Row> with(List<Row> rows, Row... more) {
    List<Row> all = new ArrayList<>(rows);
    all.addAll(List.of(more));
    return List.copyOf(all);
  }

  private static Table main() {
    return new Table(
        "main",
        "Main table",
        "Every system on every target. IDP tuned as the paper writes it, ours with and without row"
            + " swap, and SASRec with row swap, the control of what pre-training adds. All start"
            + " from the one bundle that was given: pre-trained in the paper's form where `pretrain"
            + " --preset paper` made it.",
        false,
        with(
            SYSTEMS,
            row("IDP, ours, row swap", Mode.FINE_TUNE_ROW_SWAP),
            row("SASRec, row swap", Mode.SCRATCH_ROW_SWAP)));
  }

  private static Table zeroShot() {
    Map<String, String> plain =
        Map.of("weighting", "linear", "matches", "10", "restore-norm", "false", "centred", "false");
    Map<String, String> weighted = Map.of("restore-norm", "false", "centred", "false");
    return new Table(
        "zero-shot",
        "Zero-shot",
        "No click of the target is learned from. From the paper's form to ours a step a row, then"
            + " ID and text scores together.",
        false,
        List.of(
            row("popularity", Mode.POPULARITY),
            row("text-kNN", Mode.TEXT_KNN),
            row("the paper's form: linear weights, 10 matches", Mode.ZERO_SHOT, plain),
            row("+ softmax weights, 20 matches", Mode.ZERO_SHOT, weighted),
            row("+ norm restored", Mode.ZERO_SHOT, Map.of("centred", "false")),
            row("+ scores centred (ours)", Mode.ZERO_SHOT),
            row("+ text scores", Mode.ZERO_SHOT_TEXT)));
  }

  private static Table universality() {
    return new Table(
        "universality",
        "Universality",
        "SASRec's pre-trained embeddings under an encoder of another kind, beside that encoder from"
            + " scratch. Pre-training with the other kinds needs bundles of their own.",
        false,
        List.of(
            row("SASRec", Mode.SCRATCH),
            row("SASRec to SASRec", Mode.FINE_TUNE),
            row("BERT4Rec", Mode.BERT4REC),
            new Row("SASRec to BERT4Rec", Mode.NEW_ENCODER, "bert4rec", Map.of()),
            row("GRU4Rec", Mode.GRU4REC),
            new Row("SASRec to GRU4Rec", Mode.NEW_ENCODER, "gru4rec", Map.of())));
  }

  private static Table ablation() {
    TreeMap<String, String> all = new TreeMap<>(Map.of("windows", "20"));
    List<Row> rows = new ArrayList<>();
    rows.add(row("the paper's form, BPR", Mode.IDP, Map.of("loss", "bpr")));
    rows.add(row("the paper's form, BCE", Mode.IDP));
    String[][] steps = {
      {"+ softmax over the catalog", "loss", "auto"},
      {"+ mean of weights", "average", "0.8"},
      {"+ learned logit scale", "learn-scale", "true"},
      {"+ 20 matches", "matches", "20"},
      {"+ softmax weights", "weighting", "softmax"}
    };
    for (String[] step : steps) {
      all.put(step[1], step[2]);
      rows.add(row(step[0], Mode.IDP, new TreeMap<>(all)));
    }
    rows.add(row("+ norm restored (ours)", Mode.FINE_TUNE));
    rows.add(row("+ row swap (ours)", Mode.FINE_TUNE_ROW_SWAP));
    rows.add(row("encoder held still", Mode.EMBEDDINGS_ONLY));
    rows.add(row("texts added to IDs", Mode.ID_TEXT));
    return new Table(
        "ablation",
        "Ablation, from the paper's form to ours",
        "Fine-tuning; from the second row on each is the one above with one more of our departures;"
            + " the first is the other reading of the paper's loss. With the softmax long histories"
            + " are cut into windows, up to 20 a user, where there are any. The last two are other"
            + " ways to tune.",
        false,
        List.copyOf(rows));
  }

  private static Table otherPlatform() {
    return new Table(
        "cross-platform",
        "Cross-platform",
        "Pre-trained on Amazon, tuned on MovieLens.",
        true,
        SYSTEMS);
  }

  private static Table cold() {
    return new Table(
        "cold-items",
        "Cold items",
        "A tenth of the items leaves training and is ranked among all afterwards.",
        false,
        List.of(row("cold items", Mode.COLD_ITEMS)));
  }

  private static Row row(String label, Mode mode) {
    return row(label, mode, Map.of());
  }

  private static Row row(String label, Mode mode, Map<String, String> changes) {
    return new Row(label, mode, USUAL, changes);
  }
}
