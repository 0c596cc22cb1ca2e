package dev.headwater.jobs.finetune;

import dev.headwater.idp.online.Steps;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Events of a domain that wait to be learned: for company those whose rows are there, the others
 * for their row. What is over or known already is left out here; each is accounted for. For one
 * thread.
 */
final class EventWindow {
  /** Most events that wait, should hardly any of them teach. */
  private static final int MOST = 16_384;

  private final FineTuneConfig.Settings config;
  private final RowTable rows;
  private final FineTuneStats stats;
  private final Consumer<Row> remember;
  private final long startedMs;
  private final ParkedExamples parked;
  private final List<TrainingExample> events = new ArrayList<>();
  private int lessons;
  private long sinceMs;
  private long dropped;

  /**
   * Holds nothing yet.
   *
   * @param remember hears of own rows whose state changed
   * @param startedMs when the attempt began: what was published before may come again
   */
  EventWindow(
      FineTuneConfig.Settings config,
      RowTable rows,
      FineTuneStats stats,
      Consumer<Row> remember,
      long startedMs) {
    this.config = config;
    this.rows = rows;
    this.stats = stats;
    this.remember = remember;
    this.startedMs = startedMs;
    this.parked = new ParkedExamples(config.parking());
  }

  /** Returns those that wait for their row. */
  ParkedExamples parked() {
    return parked;
  }

  /** Examples given up since the attempt's start. */
  long dropped() {
    return dropped;
  }

  /** How many wait for company. */
  int size() {
    return events.size();
  }

  boolean isEmpty() {
    return events.isEmpty();
  }

  /** Since when the oldest waits for company, {@link Long#MAX_VALUE} for none. */
  long oldestMs() {
    return events.isEmpty() ? Long.MAX_VALUE : sinceMs;
  }

  /** Tells whether what waits has company enough, or has waited for it long enough. */
  boolean isDue(long nowMs) {
    return lessons >= config.batchSize() || isOver(nowMs);
  }

  /** Tells whether the oldest has waited long enough. */
  boolean isOver(long nowMs) {
    return !events.isEmpty() && Elapsed.isOver(sinceMs, nowMs, config.batchWait());
  }

  /** Takes an event in; true where as many wait as are learned in one turn. */
  boolean add(TrainingExample event, long nowMs) {
    if (!admit(event, nowMs)) {
      return false;
    }
    sinceMs = events.isEmpty() ? nowMs : sinceMs;
    events.add(event);
    lessons += event.isFirst() ? 0 : 1;
    return lessons >= Steps.MOST * config.batchSize() || events.size() >= MOST;
  }

  /** Tells whether an event can be learned now; if not, what becomes of it is seen to. */
  boolean admit(TrainingExample event, long nowMs) {
    if (event.isForClock() || rows.deletedItems().covers(event.target(), event.eventTimeMs())) {
      stats.deleted.add(isLesson(event) ? 1 : 0);
      return false;
    }
    Row target = rows.get(event.target());
    if (target != null && target.owned && target.knows(event, startedMs)) {
      remember.accept(target); // how many are still to come again is a part of what is saved
      stats.known.add(isLesson(event) ? 1 : 0);
      return false;
    }
    String missing = SlottedExample.missing(event, rows);
    if (missing != null) {
      drop(parked.add(event, missing, nowMs));
      showParked();
    }
    return missing == null;
  }

  /** Each is learned or counted once, here; an event that teaches nothing is counted before. */
  private static boolean isLesson(TrainingExample event) {
    return event.isForTarget() && !event.isFirst();
  }

  /** Takes out so many, the oldest first; one whose row has ended meanwhile waits again. */
  List<SlottedExample> take(int most, long nowMs) {
    List<TrainingExample> taken = List.copyOf(events.subList(0, Math.min(most, events.size())));
    events.subList(0, taken.size()).clear();
    lessons = (int) events.stream().filter(event -> !event.isFirst()).count();
    List<SlottedExample> batch = new ArrayList<>(taken.size());
    for (TrainingExample event : taken) {
      SlottedExample resolved = SlottedExample.of(event, rows);
      if (resolved == null) {
        boolean unused = add(event, nowMs);
      } else {
        batch.add(resolved);
      }
    }
    return batch;
  }

  /** A row came: returns what waited for it. */
  List<TrainingExample> release(String item) {
    return parked.release(item);
  }

  /** An item was deleted: what waited for it never comes. */
  void forget(String item) {
    stats.deleted.add(parked.release(item).stream().filter(EventWindow::isLesson).count());
  }

  /** Gives up what has waited for its row too long. */
  void expire(long nowMs) {
    drop(parked.expire(nowMs));
    showParked();
  }

  /** Shows how many wait for their row. */
  void showParked() {
    stats.parked.set(parked.size());
  }

  /** Gives events up. */
  void drop(List<TrainingExample> given) {
    for (TrainingExample event : given) {
      if (isLesson(event)) {
        stats.dropped.increment();
        dropped++;
        givenUp(event);
      }
    }
  }

  /** A click that is given up was read: it is not among those that come again. */
  private void givenUp(TrainingExample event) {
    Row target = rows.get(event.target());
    if (target != null && target.owned) {
      target.clicksRead++;
      remember.accept(target);
    }
  }
}
