package dev.headwater.jobs.finetune;

import dev.headwater.idp.online.RowState;
import dev.headwater.idp.online.StepGradients;
import dev.headwater.idp.online.StepResult;
import java.util.List;
import java.util.function.Consumer;

/**
 * The owner's half of learning: takes steps that a worker worked out, and sees to the rows that
 * moved. It knows neither histories nor an encoder. For one thread.
 */
final class RowLearner {
  private final RowTable rows;
  private final Tables tables;
  private final FineTuneStats stats;
  private final Consumer<Row> moved;
  private final Consumer<Row> remembered;
  private long learned;

  /**
   * Makes one for the rows of a table.
   *
   * @param moved hears of own rows that learned: they are to be sent and kept
   * @param remembered hears of rows that are to be kept alone
   */
  RowLearner(
      RowTable rows,
      Tables tables,
      FineTuneStats stats,
      Consumer<Row> moved,
      Consumer<Row> remembered) {
    this.rows = rows;
    this.tables = tables;
    this.stats = stats;
    this.moved = moved;
    this.remembered = remembered;
  }

  /** Clicks that it learned, each at its target's owner. */
  long learned() {
    return learned;
  }

  /**
   * Takes a step. False where one of its numbers is none: nothing was changed.
   *
   * @param clicks one a target, in their order
   */
  boolean take(StepGradients said, List<TrainingExample> clicks) {
    if (clicks.size() != said.targets().rows().length) {
      throw new IllegalArgumentException(
          clicks.size() + " clicks for " + said.targets().rows().length + " targets");
    }
    StepResult result = tables.tuner().take(said);
    if (result == null) {
      return false;
    }
    stats.steps.increment();
    for (TrainingExample click : clicks) {
      Row row = rows.get(click.target());
      if (click.isForTarget() && row != null) {
        stats.learned.increment();
        learned++;
        row.learnedClick(click);
        moved.accept(row);
      }
    }
    for (int slot : result.touched()) {
      Row row = rows.at(slot);
      if (!row.owned) {
        tables.tuner().table().set(slot, row.published);
      } else {
        moved.accept(row);
      }
    }
    return true;
  }

  /** A step could not be taken: sets back the rows that hold no numbers. */
  void setBackBroken() {
    for (Row row : rows.all()) {
      if (!tables.isFinite(row.slot)) {
        setBack(row);
      }
    }
  }

  /** A row that is no longer finite goes back to what was last sent, with a fresh optimiser. */
  void setBack(Row row) {
    stats.notFinite.increment();
    int dim = row.published.length;
    tables
        .tuner()
        .restore(row.slot, new RowState(row.published.clone(), new float[dim], new float[dim], 0));
    remembered.accept(row);
  }
}
