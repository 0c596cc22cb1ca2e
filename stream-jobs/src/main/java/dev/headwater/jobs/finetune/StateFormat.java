package dev.headwater.jobs.finetune;

/**
 * The format in which keyed state is written, and the newest that is read. {@code
 * -Dheadwater.state-format=N} on the TaskManagers makes this release behave as the one that knew
 * formats up to N: for a rolling upgrade that can be taken back, run the new release with the old
 * format first, and with its own once nobody wants to go back.
 *
 * <ol>
 *   <li>rows without their model and frozen vector, cursors without the number learned in all
 *   <li>with them
 *   <li>cursors with what taught in histories, parked examples with what may teach
 *   <li>rows with how many clicks that they know will be read again
 *   <li>rows with their counts, parked examples with the number of their event, cursors with first
 *       events; a ranker's weights
 *   <li>parked examples with their weight and the time since the event before, cursors with
 *       dislikes
 *   <li>rows with how far into the clicks on their item was read, which stays behind them ({@link
 *       ClicksRead}) when the bundle is left
 *   <li>cursors with the newest deletion of their user, rows and weights with the newest rollback
 *       that is in them
 *   <li>rows with when their incarnation began, what stays behind them with that and with counts
 *   <li>rows, and what stays behind them, with the number of the newest event that is counted in
 *       them, parked examples with what the clock showed
 * </ol>
 */
final class StateFormat {
  static final int NEWEST = 10;

  private static final String PROPERTY = "headwater.state-format";

  /** What this process writes. */
  static final int WRITTEN = written(Integer.getInteger(PROPERTY, NEWEST));

  private StateFormat() {}

  /** Tells whether something may stand in the state in place of a row. */
  static boolean keepsClicksRead() {
    return WRITTEN >= 7;
  }

  /** Tells whether counts stay behind a row whose bundle is left. */
  static boolean keepsCountsLeft() {
    return keepsBeganMs(WRITTEN);
  }

  /** Tells whether rows say when their incarnation began. */
  static boolean keepsBeganMs(int format) {
    return format >= 9;
  }

  /** Tells whether what is counted is told by numbers, and fades by a clock beside them. */
  static boolean keepsNumbers(int format) {
    return format >= 10;
  }

  /** Tells whether cursors know of their user's deletion. */
  static boolean keepsDeletions() {
    return WRITTEN >= 8;
  }

  /** Tells whether rows and weights say which rollback is in them. */
  static boolean keepsRollbackRead(int format) {
    return format >= 8;
  }

  private static int written(int wanted) {
    if (wanted < 1 || wanted > NEWEST) {
      throw new IllegalStateException(
          PROPERTY + " is " + wanted + ", this release knows 1 to " + NEWEST);
    }
    return wanted;
  }

  /** Fails on state of a newer release: it must not be read as if it were understood. */
  static void requireKnown(String what, int format) {
    if (format < 1 || format > WRITTEN) {
      throw new IllegalStateException(
          what
              + " state has version "
              + format
              + ", this release reads 1 to "
              + WRITTEN
              + ": restore a savepoint that it wrote itself");
    }
  }
}
