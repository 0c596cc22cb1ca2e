package dev.headwater.jobs.finetune;

import dev.headwater.events.wire.UserHistory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a reader that never fails makes of the histories: each lesson once. For one thread. */
public final class Lessons {
  private final Map<String, UserCursor> cursors = new HashMap<>();

  /** Forgets a user, whose history has ended. */
  public void forget(String user) {
    cursors.remove(user);
  }

  /** Returns the items that a history record has a lesson for. */
  public List<String> of(String user, UserHistory history) {
    if (history.getCause() == UserHistory.Cause.DELETION) {
      cursors.remove(user);
    }
    UserCursor cursor = cursors.computeIfAbsent(user, name -> new UserCursor());
    return NewExamples.of(history, cursor, TrainerAttempt.CONFIG.settings().userBound())
        .examples()
        .stream()
        .filter(example -> !example.isFirst())
        .map(TrainingExample::target)
        .toList();
  }
}
