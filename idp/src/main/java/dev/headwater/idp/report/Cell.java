package dev.headwater.idp.report;

import dev.headwater.idp.evaluate.Mode;
import java.util.ArrayList;
import java.util.List;

/**
 * One cell of the table of modes and targets.
 *
 * @param target name of the domain
 * @param mode what is evaluated
 * @param encoder kind of a fresh encoder
 * @param seed of all that is random
 */
public record Cell(String target, Mode mode, String encoder, long seed) {
  private static final String USUAL_ENCODER = "sasrec";

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
    return "%s.%s.%s.%d.json".formatted(target, mode.flag(), encoder, seed);
  }

  private static boolean isRandom(Mode mode) {
    return switch (mode) {
      case POPULARITY, TEXT_KNN, ITEM_KNN, EASE -> false;
      case ZERO_SHOT, ZERO_SHOT_TEXT, COLD_ITEMS, STREAM -> false;
      default -> true;
    };
  }
}
