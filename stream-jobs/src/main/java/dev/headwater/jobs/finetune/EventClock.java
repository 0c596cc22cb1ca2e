package dev.headwater.jobs.finetune;

/**
 * The clock of one domain, by which counts fade: it goes on by one with each event whose item has a
 * row when the event passes. Events on items that nobody knows leave it where it is: a flood of
 * them would fade all that was counted. Every shard hears of every event and knows all rows, so
 * their clocks go alike. An attempt that was given no state reads again what rows have counted: it
 * goes on from what they show, and no event before the newest that they know moves it.
 *
 * <p>An event also has a number, by which it is told from others ({@link EventNumbers}): whoever
 * numbers them knows no rows. For one thread.
 */
final class EventClock {
  private static final long UNKNOWN = -1;

  private long tick;
  private long countedUntil;

  /**
   * A clock.
   *
   * @param tick what it showed, below 0 where nothing says
   * @param countedUntil events up to this number moved it before, below 0 for none
   */
  EventClock(long tick, long countedUntil) {
    this.tick = tick;
    this.countedUntil = countedUntil;
  }

  /** One of a domain of which nothing is known. */
  static EventClock unset() {
    return new EventClock(UNKNOWN, UNKNOWN);
  }

  /**
   * Goes on behind what rows know, where the state did not say from where.
   *
   * @param shown what it is to show by what they counted last, 0 where that is nothing
   * @param newest number of the newest event that they counted, below 0 for none
   */
  void beginBehind(long shown, long newest) {
    if (tick < 0) {
      tick = shown;
      countedUntil = newest;
    }
  }

  /** Returns up to which number events moved it before an attempt without state. */
  long countedUntil() {
    return countedUntil;
  }

  /**
   * An event passes, once, whatever becomes of it.
   *
   * @param known whether its item has a row
   * @return the same with what the clock shows
   */
  TrainingExample pass(TrainingExample example, boolean known) {
    if (example.tick() >= 0) {
      return example; // it waited in the state
    }
    TrainingExample passed = example.withTick(Math.max(0, tick));
    if (known && example.number() > countedUntil) {
      tick = passed.tick() + 1;
    }
    return passed;
  }

  /**
   * Returns what it showed when an event passed. A release whose clock went on with every event may
   * have shown more than this one does now.
   */
  long shownTo(TrainingExample passed) {
    return tick < 0 ? passed.tick() : Math.min(passed.tick(), tick);
  }

  /**
   * Returns what it will show.
   *
   * @param held events that have not passed yet
   */
  long tickAfter(long held) {
    return tick < 0 ? UNKNOWN : tick + held;
  }

  /** So many events that it has counted are held, and pass once more. */
  void takeBack(long held) {
    tick = tick < 0 ? UNKNOWN : Math.max(0, tick - held);
  }
}
