package dev.headwater.serving.users;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which users were asked to be forgotten, and of which of these requests ingest knew when it wrote
 * what was read of them since. The two come by topics of their own, in any order: a history is from
 * before a request when ingest did not know of it, whatever the time of its newest event. A request
 * that ingest refused would hide its user for good; so it ends nothing that was published a day and
 * more after it. Safe for concurrent use.
 */
final class UserDeletions {
  private static final long DAY_MS = Duration.ofDays(1).toMillis();

  private final ConcurrentHashMap<String, Mark> marks = new ConcurrentHashMap<>();

  /** Times of the newest request, and of the newest that ingest is known to have carried out. */
  private record Mark(long askedMs, long takenMs) {}

  /**
   * Takes in a request.
   *
   * @return whether what stands of the user is from before it
   */
  boolean ask(String user, long askedMs) {
    Mark now =
        marks.merge(
            user,
            new Mark(askedMs, 0),
            (before, asked) ->
                new Mark(Math.max(before.askedMs(), asked.askedMs()), before.takenMs()));
    return now.takenMs() < askedMs;
  }

  /**
   * Takes in that ingest wrote of a user.
   *
   * @param takenMs the user's newest deletion that it knew of, 0 for none
   */
  void take(String user, long takenMs) {
    if (takenMs > 0) {
      marks.merge(
          user,
          new Mark(0, takenMs),
          (before, taken) ->
              new Mark(before.askedMs(), Math.max(before.takenMs(), taken.takenMs())));
    }
  }

  /**
   * Tells whether what was written with this knowledge is from before a request.
   *
   * @param publishedMs when the event was published that it was written for
   */
  boolean isBefore(String user, long takenMs, long publishedMs) {
    Mark mark = marks.get(user);
    return mark != null && takenMs < mark.askedMs() && publishedMs < mark.askedMs() + DAY_MS;
  }
}
