package dev.headwater.jobs.finetune;

import dev.headwater.events.json.Identifiers;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.jspecify.annotations.Nullable;

/**
 * After this history came that item.
 *
 * @param route the key of the item whose owner this copy goes to
 * @param isForTarget whether that is the item that followed
 * @param target the item that followed
 * @param history the items before it, oldest first; none in a heartbeat, and none in the first
 *     event of a user, which is counted and teaches nothing
 * @param teaches for each item of the history, whether it is part of what is learned; ranking takes
 *     all
 * @param eventId the event, empty for one that was filled in from a later record
 * @param eventTimeMs when it happened
 * @param publishedMs record time of the interaction, 0 when unknown
 * @param number of the event among those of the domain
 * @param tick what the domain's {@link EventClock} showed when it passed, below 0 until then
 * @param weight how much it says: 1 for an ordinary event, below 0 for a dislike
 * @param idleMs milliseconds since the user's event before it; below 0 where that is not known
 * @param late whether the user's history held later events already, or others happened long after
 *     it ({@link Lateness}): what it says of then is learned, what answers are worth now it does
 *     not tell; not kept over a restart
 * @param traceparent what it was made in, where that is recorded, else null; not kept over a
 *     restart
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier between two operators, never compared.
public record TrainingExample(
    String route,
    boolean isForTarget,
    String target,
    String[] history,
    boolean[] teaches,
    String eventId,
    long eventTimeMs,
    long publishedMs,
    long number,
    long tick,
    float weight,
    long idleMs,
    boolean late,
    @Nullable String traceparent) {
  /** How Flink serialises it. */
  public static final TypeInformation<TrainingExample> TYPE = Types.POJO(TrainingExample.class);

  /** An example without a trace, the first of all. */
  public TrainingExample(
      String route,
      String target,
      String[] history,
      boolean[] teaches,
      String eventId,
      long eventTimeMs,
      long publishedMs) {
    this(
        route,
        route.equals(target),
        target,
        history,
        teaches,
        eventId,
        eventTimeMs,
        publishedMs,
        0,
        -1,
        1,
        -1,
        false,
        null);
  }

  /**
   * Returns a heartbeat on its way through the job: no history, and no item of that name exists.
   *
   * @param route to the shard that shall pass it on
   * @param id its id
   * @param text of its header, where an example has its event
   */
  static TrainingExample heartbeat(String route, String id, String text) {
    return new TrainingExample(route, id, new String[0], new boolean[0], text, 0, 0);
  }

  /** Tells whether it teaches nothing and only passes. */
  boolean isHeartbeat() {
    return history.length == 0 && target.startsWith(Identifiers.HEARTBEAT_PREFIX);
  }

  /** Returns what a shard that owns no row of this event hears of it, for its clock. */
  TrainingExample toClock(String key) {
    String[] none = {};
    return new TrainingExample(key, target, none, new boolean[0], "", eventTimeMs, publishedMs)
        .with(key, false, number, tick, weight, -1);
  }

  /** Tells whether it is for the clock alone. */
  boolean isForClock() {
    return history.length == 0 && !isForTarget;
  }

  /**
   * The same for another owner.
   *
   * @param key of the item that it owns
   * @param ofTarget whether that is the item that followed
   */
  TrainingExample withRoute(String key, boolean ofTarget) {
    return with(key, ofTarget, number, tick, weight, idleMs);
  }

  /** The same in a trace. */
  TrainingExample withTraceparent(@Nullable String text) {
    return with(late, text);
  }

  /** The same as another event of the domain. */
  TrainingExample withNumber(long other) {
    return with(route, isForTarget, other, tick, weight, idleMs);
  }

  /** The same when the clock shows this. */
  TrainingExample withTick(long shown) {
    return with(route, isForTarget, number, shown, weight, idleMs);
  }

  /** The same saying more, less, or the opposite. */
  TrainingExample withWeight(float other) {
    return with(route, isForTarget, number, tick, other, idleMs);
  }

  /** The same so long after the user's event before it. */
  TrainingExample withIdle(long milliseconds) {
    return with(route, isForTarget, number, tick, weight, milliseconds);
  }

  /** The same, behind later events of its user or not. */
  TrainingExample withLate(boolean isLate) {
    return with(isLate, traceparent);
  }

  private TrainingExample with(
      String owner, boolean ofTarget, long numbered, long shown, float says, long away) {
    return new TrainingExample(
        owner,
        ofTarget,
        target,
        history,
        teaches,
        eventId,
        eventTimeMs,
        publishedMs,
        numbered,
        shown,
        says,
        away,
        late,
        traceparent);
  }

  private TrainingExample with(boolean isLate, @Nullable String trace) {
    return new TrainingExample(
        route,
        isForTarget,
        target,
        history,
        teaches,
        eventId,
        eventTimeMs,
        publishedMs,
        number,
        tick,
        weight,
        idleMs,
        isLate,
        trace);
  }

  /** Tells whether the user does not want the item. */
  boolean isDislike() {
    return weight < 0;
  }

  /** Tells whether nothing came before it: it is counted, and neither ranked nor learned. */
  boolean isFirst() {
    return history.length == 0;
  }
}
