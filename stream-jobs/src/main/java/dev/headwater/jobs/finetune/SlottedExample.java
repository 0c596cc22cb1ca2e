package dev.headwater.jobs.finetune;

import dev.headwater.idp.online.Example;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An example and the slots of its items as they are at the moment.
 *
 * @param example by item ids
 * @param slots the same by slots; items of the history without a row are left out
 */
record SlottedExample(TrainingExample example, Example slots) {

  /** Returns null when the target or the whole history has no row. */
  static @Nullable SlottedExample of(TrainingExample example, RowTable rows) {
    Row target = rows.get(example.target());
    if (target == null) {
      return null;
    }
    int[] slots = new int[example.history().length];
    int n = 0;
    for (String item : example.history()) {
      Row row = rows.get(item);
      if (row != null) {
        slots[n++] = row.slot;
      }
    }
    return n == 0
        ? null
        : new SlottedExample(example, new Example(Arrays.copyOf(slots, n), target.slot));
  }

  /**
   * Returns the item an example has to wait for, null for none: its target; of its history one row
   * is enough.
   */
  static @Nullable String missing(TrainingExample example, RowTable rows) {
    if (rows.get(example.target()) == null) {
      return example.target();
    }
    String[] history = example.history();
    boolean some = Arrays.stream(history).anyMatch(item -> rows.get(item) != null);
    return some ? null : history[history.length - 1];
  }

  /** A repeat of an item of the history cannot be ranked: the history is left out. */
  boolean isRankable() {
    return example.isForTarget()
        && Arrays.stream(slots.history()).noneMatch(slot -> slot == slots.target());
  }
}
