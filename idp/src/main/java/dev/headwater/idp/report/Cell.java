package dev.headwater.idp.report;

import dev.headwater.idp.evaluate.Mode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One cell of the table of modes and targets.
 *
 * @param target name of the domain
 * @param mode what is evaluated
 * @param encoder kind of a fresh encoder
 * @param seed of all that is random
 * @param changes settings by name that are other than usual
 * @param from the bundle that it starts from, where its mode starts from one
 */
public record Cell(
    String target,
    Mode mode,
    String encoder,
    long seed,
    SortedMap<String, String> changes,
    Pretrained from) {
  private static final String USUAL_ENCODER = "sasrec";

  /** Copies the changes. */
  public Cell {
    changes = Collections.unmodifiableSortedMap(new TreeMap<>(changes));
  }

  /** With the usual settings. */
  public Cell(String target, Mode mode, String encoder, long seed) {
    this(target, mode, encoder, seed, new TreeMap<>());
  }

  /** From the usual bundle. */
  public Cell(
      String target, Mode mode, String encoder, long seed, SortedMap<String, String> changes) {
    this(target, mode, encoder, seed, changes, Pretrained.OURS);
  }

  /** All cells of a grid; modes without randomness get the first seed alone. */
  public static List<Cell> grid(
      List<String> targets, List<Mode> modes, String encoder, List<Long> seeds) {
    List<Cell> cells = new ArrayList<>();
    for (Mode mode : modes) {
      for (String target : targets) {
        for (long seed : isRandom(mode) ? seeds : seeds.subList(0, 1)) {
          String used = mode.makesEncoder() ? encoder : USUAL_ENCODER;
          cells.add(new Cell(target, mode, used, seed));
        }
      }
    }
    return cells;
  }

  /** The row of the table it stands in: the mode, and the encoder where it is not the usual one. */
  public String row() {
    return encoder.equals(USUAL_ENCODER) ? mode.flag() : mode.flag() + " (" + encoder + ")";
  }

  /** A name for its file. */
  String fileName() {
    String changed =
        changes.entrySet().stream()
            .map(change -> change.getKey() + "=" + change.getValue())
            .collect(Collectors.joining("+"));
    String bundle = from == Pretrained.OURS ? "" : "from-" + from.label() + ".";
    return "%s.%s.%s.%s%s%d.json"
        .formatted(
            target, mode.flag(), encoder, changed.isEmpty() ? "" : changed + ".", bundle, seed);
  }

  /** Whether another seed gives another result. */
  static boolean isRandom(Mode mode) {
    return switch (mode) {
      case POPULARITY, TEXT_KNN, ITEM_KNN, EASE -> false;
      case ZERO_SHOT, ZERO_SHOT_TEXT, COLD_ITEMS, STREAM -> false;
      default -> true;
    };
  }
}
