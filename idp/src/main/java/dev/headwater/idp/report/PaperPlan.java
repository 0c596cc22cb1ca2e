package dev.headwater.idp.report;

import dev.headwater.idp.evaluate.Mode;
import java.util.ArrayList;
import java.util.Comparator;
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

  /** Those that what takes many cells, or hours on more clicks, is shown on. */
  private static final List<String> SMALL = TARGETS.subList(0, 3);

  /** Those of the sources' platform. */
  private static final List<String> SAME_PLATFORM = TARGETS.subList(0, 4);

  private static final List<String> OTHER_PLATFORM = TARGETS.subList(4, 5);

  /** The sources of all bundles. */
  public static final List<String> SOURCES =
      List.of(
          "amazon_grocery",
          "amazon_movies",
          "amazon_home_kitchen",
          "amazon_health",
          "amazon_electronics");

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
          row("IDP, the paper's form", Mode.IDP).from(Pretrained.PAPER),
          row("IDP, ours", Mode.FINE_TUNE));

  private PaperPlan() {}

  /**
   * A row of a table.
   *
   * @param label in the table
   * @param mode what is evaluated
   * @param encoder kind of a fresh encoder
   * @param changes settings by name that are other than usual
   * @param from the bundle it starts from, where it does
   */
  public record Row(
      String label, Mode mode, String encoder, Map<String, String> changes, Pretrained from) {
    Cell cell(String target, long seed) {
      return new Cell(target, mode, encoder, seed, new TreeMap<>(changes), from);
    }

    /** The same from another bundle. */
    Row from(Pretrained bundle) {
      return new Row(label, mode, encoder, changes, bundle);
    }

    /** Whether it is shown on a target: text alone, word by word, takes hours on the large ones. */
    boolean has(String target) {
      return mode != Mode.RECFORMER || SMALL.contains(target);
    }
  }

  /**
   * A table.
   *
   * @param name in file names
   * @param title above it
   * @param says what is compared, in a sentence or two
   * @param of the targets that it is made of, of those that are known here
   * @param rows from top to bottom
   */
  public record Table(String name, String title, String says, List<String> of, List<Row> rows) {
    /**
     * Targets of other names, which somebody else brought, are in every table but cross-platform.
     */
    boolean has(String target) {
      return of.contains(target) || (!TARGETS.contains(target) && of != OTHER_PLATFORM);
    }

    /** Its rows on a target. */
    List<Row> rows(String target) {
      return has(target)
          ? rows.stream().filter(row -> row.has(target) || !TARGETS.contains(target)).toList()
          : List.of();
    }

    /** Its cells on some targets. */
    List<Cell> cells(List<String> targets, List<Long> seeds) {
      List<Cell> cells = new ArrayList<>();
      for (String target : targets) {
        for (Row row : rows(target)) {
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

  /**
   * All cells, each once: those of the first seed and of small targets first, those that need
   * another encoder's bundle, an hour each, after them, those of the system that takes longest
   * last.
   */
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
    return cells.stream().sorted(Comparator.comparing(PaperPlan::turn)).toList();
  }

  private static int turn(Cell cell) {
    if (cell.mode() == Mode.RECFORMER) {
      return 2;
    }
    return cell.from().encoder().equals(USUAL) ? 0 : 1;
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
        "Every system on every target, but that Recformer, which reads words, is left to the small"
            + " ones. IDP pre-trained and tuned as the paper writes it, ours with and without row"
            + " swap, SASRec with row swap, the control of what pre-training adds, and what Headwater"
            + " answers: its ranker over our rows, counts, texts and popularity.",
        SAME_PLATFORM,
        with(
            SYSTEMS,
            row("IDP, ours, row swap", Mode.FINE_TUNE_ROW_SWAP),
            row("SASRec, row swap", Mode.SCRATCH_ROW_SWAP),
            row("Headwater", Mode.RANKED)));
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
        SAME_PLATFORM,
        List.of(
            row("popularity", Mode.POPULARITY),
            row("text-kNN", Mode.TEXT_KNN),
            row("pre-trained and matched as the paper writes it", Mode.ZERO_SHOT, plain)
                .from(Pretrained.PAPER),
            row("pre-trained our way: linear weights, 10 matches", Mode.ZERO_SHOT, plain),
            row("+ softmax weights, 20 matches", Mode.ZERO_SHOT, weighted),
            row("+ norm restored", Mode.ZERO_SHOT, Map.of("centred", "false")),
            row("+ scores centred (ours)", Mode.ZERO_SHOT),
            row("+ rows that start from texts and follow them", Mode.ZERO_SHOT)
                .from(Pretrained.TEXTS),
            row("ours, + text scores", Mode.ZERO_SHOT_TEXT)));
  }

  private static Table universality() {
    return new Table(
        "universality",
        "Universality",
        "Each kind of encoder from scratch, pre-trained as the same kind, and fresh over SASRec's"
            + " pre-trained embeddings.",
        SMALL,
        List.of(
            row("SASRec", Mode.SCRATCH),
            row("SASRec to SASRec", Mode.FINE_TUNE),
            row("BERT4Rec", Mode.BERT4REC),
            row("BERT4Rec to BERT4Rec", Mode.FINE_TUNE).from(Pretrained.BERT4REC),
            fresh("SASRec to BERT4Rec", "bert4rec"),
            row("GRU4Rec", Mode.GRU4REC),
            row("GRU4Rec to GRU4Rec", Mode.FINE_TUNE).from(Pretrained.GRU4REC),
            fresh("SASRec to GRU4Rec", "gru4rec")));
  }

  private static Table ablation() {
    TreeMap<String, String> all = new TreeMap<>(Map.of("windows", "20"));
    List<Row> rows = new ArrayList<>();
    rows.add(row("the paper's form, BPR", Mode.IDP, Map.of("loss", "bpr")).from(Pretrained.PAPER));
    rows.add(row("the paper's form, BCE", Mode.IDP).from(Pretrained.PAPER));
    rows.add(row("+ pre-trained our way", Mode.IDP));
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
    rows.add(row("+ rows that start from texts", Mode.FINE_TUNE_ROW_SWAP).from(Pretrained.TEXTS));
    rows.add(row("encoder held still", Mode.EMBEDDINGS_ONLY));
    rows.add(row("texts added to IDs", Mode.ID_TEXT));
    return new Table(
        "ablation",
        "Ablation, from the paper's form to ours",
        "Fine-tuning; from the second row on each is the one above with one more of our departures;"
            + " the first is the other reading of the paper's loss. Our way to pre-train: softmax, row"
            + " swap, item bias, texts as they are. With the softmax long histories are cut into"
            + " windows, up to 20 a user, where there are any. The last two are other ways to tune.",
        SMALL,
        List.copyOf(rows));
  }

  private static Table otherPlatform() {
    return new Table(
        "cross-platform",
        "Cross-platform",
        "Pre-trained on Amazon, tuned on MovieLens.",
        OTHER_PLATFORM,
        with(SYSTEMS, row("Headwater", Mode.RANKED)));
  }

  private static Table cold() {
    return new Table(
        "cold-items",
        "Cold items",
        "A tenth of the items leaves training and is ranked among all afterwards.",
        SMALL,
        List.of(row("cold items", Mode.COLD_ITEMS)));
  }

  private static Row row(String label, Mode mode) {
    return row(label, mode, Map.of());
  }

  private static Row row(String label, Mode mode, Map<String, String> changes) {
    return new Row(label, mode, USUAL, changes, Pretrained.OURS);
  }

  /** A fresh encoder over carried embeddings. */
  private static Row fresh(String label, String encoder) {
    return new Row(label, Mode.NEW_ENCODER, encoder, Map.of(), Pretrained.OURS);
  }
}
