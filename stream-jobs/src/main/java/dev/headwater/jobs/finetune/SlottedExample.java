package dev.headwater.jobs.finetune;

import dev.headwater.idp.online.Example;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An example and the slots of its items as they are at the moment.
 *
 * @param example by item ids
 * @param slots the same by slots, to rank; items of the history without a row are left out
 * @param bounded to learn: without the items that the user bound left out
 */
record SlottedExample(TrainingExample example, Example slots, Example bounded) {

  /**
   * Returns null when the target or the whole history has no row, or nothing of it teaches; one
   * without a history is counted and needs its target alone.
   */
  static @Nullable SlottedExample of(TrainingExample example, RowTable rows) {
    Row target = rows.get(example.target());
    if (target == null) {
      return null;
    }
    String[] history = example.history();
    int[] slots = new int[history.length];
    int[] taught = new int[history.length];
    int n = 0;
    int t = 0;
    for (int i = 0; i < history.length; i++) {
      Row row = rows.get(history[i]);
      if (row != null) {
        slots[n++] = row.slot;
        if (example.teaches()[i]) {
          taught[t++] = row.slot;
        }
      }
    }
    return t == 0 && !example.isFirst()
        ? null
        : new SlottedExample(
            example,
            new Example(Arrays.copyOf(slots, n), target.slot, example.weight()),
            new Example(Arrays.copyOf(taught, t), target.slot, example.weight()));
  }

  /**
   * Returns the item an example has to wait for, null for none: its target; of what teaches in its
   * history one row is enough.
   */
  static @Nullable String missing(TrainingExample example, RowTable rows) {
    if (rows.get(example.target()) == null) {
      return example.target();
    }
    String[] history = example.history();
    String last = null;
    for (int i = 0; i < history.length; i++) {
      if (example.teaches()[i]) {
        last = history[i];
        if (rows.get(last) != null) {
          return null;
        }
      }
    }
    return last;
  }

  /**
   * A repeat of an item of the history cannot be ranked: the history is left out. Nor can what has
   * none. What came late is not: it happened before other rows, counts and habits than it would be
   * held against, and a burst of it would look as if answers had become bad.
   */
  boolean isRankable() {
    return example.isForTarget()
        && !example.late()
        && slots.history().length > 0
        && Arrays.stream(slots.history()).noneMatch(slot -> slot == slots.target());
  }
}
