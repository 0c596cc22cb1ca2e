package dev.headwater.idp.expert;

/**
 * How often one item was taken, how often of late, and since when. An answer reads this of some
 * hundred items, into objects that are used again. For one thread.
 */
public sealed class Takes permits ItemCounts {
  /**
   * After so many half-lives nothing is left: a part in 10^12, for which no power is worked out.
   */
  private static final double FORGOTTEN = 40;

  private double taken;
  private double recent0; // no array: a ranking reads some hundred items, each from another place
  private double recent1;
  private double recent2;
  private long firstTick;
  private long lastTick;

  /** An item nobody took yet. */
  public Takes() {}

  /** The same as others. */
  public final void set(Takes other) {
    taken = other.taken;
    recent0 = other.recent0;
    recent1 = other.recent1;
    recent2 = other.recent2;
    firstTick = other.firstTick;
    lastTick = other.lastTick;
  }

  /** As they were written: how often, faded, as of the last tick. */
  public final void setTaken(double times, long first, long last) {
    taken = times;
    firstTick = first;
    lastTick = last;
  }

  /** As they were written: the same with the half-lives of popularity. */
  public final void setRecent(double times0, double times1, double times2) {
    recent0 = times0;
    recent1 = times1;
    recent2 = times2;
  }

  /** Nobody took the item. */
  public final void clear() {
    setTaken(0, 0, 0);
    setRecent(0, 0, 0);
  }

  /**
   * Somebody took the item.
   *
   * @param weight 1 for a plain click; what is not above 0 counts for nothing
   * @param now tick of the event
   */
  public final void take(double weight, long now, CountConfig config) {
    if (!(weight > 0)) {
      return;
    }
    if (taken == 0) {
      firstTick = now;
    }
    recent0 = recent(0, now, config) + weight;
    recent1 = recent(1, now, config) + weight;
    recent2 = recent(2, now, config) + weight;
    taken = taken(now, config) + weight;
    lastTick = Math.max(lastTick, now);
  }

  /** How often it was taken, faded. */
  public final double taken(long now, CountConfig config) {
    return taken * config.faded(Math.max(0, now - lastTick));
  }

  /** How often it was taken of late, in takes; faded with the half-life of a window. */
  public final double recent(int window, long now, CountConfig config) {
    double written = writtenRecent(window);
    if (now <= lastTick) {
      return written;
    }
    double halfLives = (now - lastTick) / config.popularityTicks()[window];
    return halfLives > FORGOTTEN ? 0 : written * FastMath.halved(halfLives);
  }

  /** How often it was taken, faded, as of the last tick: what is written. */
  public final double writtenTaken() {
    return taken;
  }

  /** The same with the half-life of a window. */
  public final double writtenRecent(int window) {
    return switch (window) {
      case 0 -> recent0;
      case 1 -> recent1;
      default -> recent2;
    };
  }

  /** Whether anybody took it. */
  public final boolean isTaken() {
    return taken > 0;
  }

  /** The tick at which it was first taken; 0 for never. */
  public final long firstTick() {
    return firstTick;
  }

  /** The tick at which it was last taken; 0 for never. */
  public final long lastTick() {
    return lastTick;
  }
}
