package dev.headwater.jobs.finetune;

import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.UserHistory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns one history record into what is new in it. A record that was learned before gives nothing;
 * one that comes after a gap (compaction removed what stood between) also gives the entries that
 * the gap must have appended, as far as the history still holds them. An entry without one before
 * it teaches nothing and is counted only. A late event is learned at its place: what came after it
 * is no history.
 */
final class NewExamples {
  private NewExamples() {}

  /**
   * What came of a record.
   *
   * @param examples to learn or, without a history, to count, in order
   * @param withoutHistory entries that have no entry before them
   * @param overBound entries that the user bound refused
   */
  record Result(List<TrainingExample> examples, int withoutHistory, int overBound) {}

  static Result of(UserHistory record, UserCursor cursor, FineTuneConfig.UserBound bound) {
    List<TrainingExample> examples = new ArrayList<>();
    long last = cursor.seq();
    cursor.advanceTo(record.getSeq());
    if (record.getCause() == UserHistory.Cause.REBUILD
        || record.getCause() == UserHistory.Cause.DELETION
        || record.getSeq() <= last) {
      return new Result(examples, 0, 0);
    }
    int newest = record.getNewIndex();
    long missing = record.getSeq() - last - 1;
    int withoutHistory = 0;
    int overBound = 0;
    int from = (int) Math.max(0, record.getEntriesCount() - 1 - missing);
    for (int i = 0; i < record.getEntriesCount(); i++) {
      if (i != newest && (missing == 0 || i < from)) {
        continue;
      }
      if (i == 0) {
        withoutHistory++;
        if (cursor.allowFirst(record.getEntries(0).getEventTimeMs(), bound)) {
          examples.add(example(record, 0, newest == 0, new String[0], new boolean[0]));
        }
        continue;
      }
      TrainingExample example = example(record, i, i == newest, cursor, bound);
      if (example == null) {
        overBound++;
      } else {
        examples.add(example);
      }
    }
    return new Result(examples, withoutHistory, overBound);
  }

  /** Returns null for one that the user bound refuses. */
  private static @Nullable TrainingExample example(
      UserHistory record,
      int index,
      boolean newest,
      UserCursor cursor,
      FineTuneConfig.UserBound bound) {
    HistoryEntry target = record.getEntries(index);
    if (!cursor.allow(target.getItem(), target.getEventTimeMs(), bound)) {
      return null;
    }
    String[] history = new String[index];
    for (int i = 0; i < index; i++) {
      history[i] = record.getEntries(i).getItem();
    }
    boolean[] teaches = cursor.teach(history, bound);
    if (!any(teaches)) {
      return null;
    }
    return example(record, index, newest, history, teaches);
  }

  private static TrainingExample example(
      UserHistory record, int index, boolean newest, String[] history, boolean[] teaches) {
    HistoryEntry target = record.getEntries(index);
    return new TrainingExample(
        target.getItem(),
        target.getItem(),
        history,
        teaches,
        newest ? record.getEventId() : "",
        target.getEventTimeMs(),
        newest ? record.getPublishedMs() : 0);
  }

  private static boolean any(boolean[] values) {
    for (boolean value : values) {
      if (value) {
        return true;
      }
    }
    return false;
  }
}
