package dev.headwater.jobs.finetune;

import dev.headwater.events.Signals;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.UserHistory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns one history record into what is new in it. A record that was learned before gives nothing;
 * one that comes after a gap (compaction removed what stood between) also gives the entries that
 * the gap must have appended, as far as the history still holds them. What it took may have been
 * the deletion of the user: a history says which one was the last before it. An entry without a
 * like before it teaches nothing and is counted only. A late event is learned at its place: what
 * came after it is no history. A dislike is no history either, and teaches the opposite of a like.
 */
final class NewExamples {
  private NewExamples() {}

  /**
   * What came of a record.
   *
   * @param examples to learn or, without a history, to count, in order
   * @param withoutHistory entries that have no like before them
   * @param overBound entries that the user bound refused
   * @param deletedMs the deletion of the user that this record was the first to tell of, 0 for none
   */
  record Result(
      List<TrainingExample> examples, int withoutHistory, int overBound, long deletedMs) {}

  static Result of(UserHistory record, UserCursor cursor, FineTuneConfig.UserBound bound) {
    List<TrainingExample> examples = new ArrayList<>();
    boolean deletion = record.getCause() == UserHistory.Cause.DELETION;
    boolean told = deletion || StateFormat.keepsDeletions();
    boolean news = told && cursor.forget(record.getDeletedMs(), record.getSeq());
    long deletedMs = news ? record.getDeletedMs() : 0;
    long last = cursor.seq();
    cursor.advanceTo(record.getSeq());
    if (record.getCause() == UserHistory.Cause.REBUILD || deletion || record.getSeq() <= last) {
      return new Result(examples, 0, 0, deletedMs);
    }
    int newest = record.getNewIndex();
    int own = news && last > 0 ? 2 : 1; // the deletion's number appended nothing
    long missing = Math.max(0, record.getSeq() - last - own);
    int withoutHistory = newest < 0 ? 1 : 0; // older than everything in a full history
    int overBound = 0;
    int from = (int) Math.max(0, record.getEntriesCount() - 1 - missing);
    for (int i = 0; i < record.getEntriesCount(); i++) {
      if (i != newest && (missing == 0 || i < from)) {
        continue;
      }
      HistoryEntry target = record.getEntries(i);
      String[] history =
          Signals.likes(record.getEntriesList().subList(0, i)).toArray(String[]::new);
      if (history.length == 0) {
        withoutHistory++;
        if (!Signals.isDislike(target) && cursor.allowFirst(target.getEventTimeMs(), bound)) {
          examples.add(example(record, i, i == newest, history, new boolean[0]));
        }
        continue;
      }
      TrainingExample example = bounded(record, i, i == newest, history, cursor, bound);
      if (example == null) {
        overBound++;
      } else {
        examples.add(example);
      }
    }
    return new Result(examples, withoutHistory, overBound, deletedMs);
  }

  /** Returns null for one that the user bound refuses. */
  private static @Nullable TrainingExample bounded(
      UserHistory record,
      int index,
      boolean newest,
      String[] history,
      UserCursor cursor,
      FineTuneConfig.UserBound bound) {
    HistoryEntry target = record.getEntries(index);
    boolean allowed =
        Signals.isDislike(target)
            ? cursor.allowDislike(target.getItem(), target.getEventTimeMs(), bound)
            : cursor.allow(target.getItem(), target.getEventTimeMs(), bound);
    if (!allowed) {
      return null;
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
            newest ? record.getPublishedMs() : 0)
        .withWeight(Signals.weight(target))
        .withIdle(index == 0 ? -1 : idleMs(record.getEntries(index - 1), target))
        .withLate(newest && index < record.getEntriesCount() - 1);
  }

  private static long idleMs(HistoryEntry before, HistoryEntry target) {
    return Math.max(0, target.getEventTimeMs() - before.getEventTimeMs());
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
