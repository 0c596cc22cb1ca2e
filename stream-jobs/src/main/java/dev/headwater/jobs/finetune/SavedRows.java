package dev.headwater.jobs.finetune;

import java.util.List;

/**
 * Writes a domain's rows to keyed state: before each barrier those that changed since the last one.
 * Where no state holds those that came with loading, they are all rows there are, and nothing is
 * learned for seven seconds a million of them while they are written before a barrier: so they are
 * written before, some at a time. For the task's thread.
 */
final class SavedRows {
  /** Written at once of those that came with loading: some 15 ms. */
  private static final int A_TURN = 2_000;

  private final String domain;
  private final OwnerState state;
  private final RowBytes bytes = new RowBytes();

  /** How many of the rows that came with loading no state holds yet. */
  private int unsaved;

  SavedRows(String domain, OwnerState state) {
    this.domain = domain;
    this.state = state;
  }

  /** All rows are there. */
  void loaded(Learner learner) {
    unsaved = learner.touched();
  }

  /** Saves some of those that came with loading; tells whether there are more. */
  boolean saveLoaded(Session now) throws Exception {
    int before = now.learner().touched();
    int count = Math.min(before, Math.min(unsaved, A_TURN));
    if (count > 0) {
      save(now, now.learner().takeTouched(count));
    }
    unsaved = Math.min(unsaved - count, before - count);
    return unsaved > 0;
  }

  /** Saves all that changed and was not saved since. */
  void save(Session now) throws Exception {
    unsaved = 0;
    save(now, now.learner().takeTouched());
  }

  /** What ended is cleared before each, or a row that was saved since it began again would go. */
  private void save(Session now, List<Row> rows) throws Exception {
    for (String item : now.learner().takeEnded()) {
      state.clearRow(domain, item);
    }
    for (Row row : rows) {
      float[] frozen =
          now.learner().meter().isFrozen() ? now.tables().frozen().get(row.slot) : null;
      RowCodec.write(
          bytes,
          row,
          now.tables().tuner().state(row.slot),
          now.config().model().bundleId(),
          frozen,
          now.learner().counting().encode(row));
      state.saveRow(domain, row.item, bytes);
    }
  }
}
