package dev.headwater.jobs.finetune;

/**
 * The clock of one domain, by which counts fade: it goes on by one with each event whose item has a
 * row when the event passes. Events on items that nobody knows leave it where it is: a flood of
 * them would fade all that was counted. Every shard hears of every event and knows all rows, so
 * their clocks go alike. An attempt that was given no state reads again what rows have counted, and
 * cannot tell it from what they have not: it goes on from what they show, and nothing published
 * before it started moves it.
 *
 * <p>An event also has a number, by which it is told from others: whoever numbers them knows no
 * rows, and what is read again has the number that it had. For one thread.
 */
final class EventClock {
  private static final long UNKNOWN = -1;

  private long firstNumber;
  private long tick;
  private long lastNumber = UNKNOWN;
  private long stillUntilMs;

  /**
   * A clock.
   *
   * @param firstNumber the number of the first event that is numbered here, below 0 where that is
   *     not known yet: what rows know of numbers is older
   * @param tick what it showed, below 0 where nothing says
   * @param stillUntilMs Unix milliseconds: what was published by then does not move it; 0 for none
   */
  EventClock(long firstNumber, long tick, long stillUntilMs) {
    this.firstNumber = firstNumber;
    this.tick = tick;
    this.stillUntilMs = stillUntilMs;
  }

  /** One of a domain of which nothing is known. */
  static EventClock unset() {
    return new EventClock(UNKNOWN, UNKNOWN, 0);
  }

  /**
   * Goes on where the state did not say from where: behind all that rows know.
   *
   * @param number above all numbers that they know
   * @param shown what it is to show by what was counted last, 0 where nothing was
   * @param startedMs when the attempt began
   */
  void beginBehind(long number, long shown, long startedMs) {
    firstNumber = firstNumber < 0 ? number : firstNumber;
    if (tick < 0) {
      tick = shown;
      stillUntilMs = shown > 0 ? startedMs : 0;
    }
  }

  /** Returns the number of the first event that is numbered here, below 0 if that is not known. */
  long firstNumber() {
    return firstNumber;
  }

  /** Returns until when what was published does not move it, 0 where all does. */
  long stillUntilMs() {
    return stillUntilMs;
  }

  /** Returns an event's number among all of the domain, whoever numbered them. */
  long number(TrainingExample example) {
    return Math.max(0, firstNumber) + example.number();
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
    if (known && example.number() > lastNumber && !mayBeReadAgain(example)) {
      tick = passed.tick() + 1;
    }
    lastNumber = Math.max(lastNumber, example.number());
    return passed;
  }

  /** Tells whether rows may have counted an event whose number says nothing of that. */
  boolean mayBeReadAgain(TrainingExample example) {
    return stillUntilMs > 0 && example.publishedMs() <= stillUntilMs;
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
