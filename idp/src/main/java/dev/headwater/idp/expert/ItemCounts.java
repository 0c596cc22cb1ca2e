package dev.headwater.idp.expert;

/**
 * What clicks say of one item: how often it was taken, how often of late, since when, and with
 * which others. The owner of the item changes it; everybody else reads a copy. For one thread.
 */
public final class ItemCounts {
  private double taken;
  private double recent0; // no array: a ranking reads some hundred items, each from another place
  private double recent1;
  private double recent2;
  private long firstTick;
  private long lastTick;
  private final Companions companions;

  /** An item nobody took yet. */
  public ItemCounts() {
    companions = new Companions();
  }

  /**
   * Counts as they were written.
   *
   * @param taken how often, faded, as of the last tick
   * @param recent the same with the half-lives of popularity
   * @param firstTick when it was first taken
   * @param lastTick when it was last taken
   * @param companions the items taken with it; taken over
   */
  public ItemCounts(
      double taken, double[] recent, long firstTick, long lastTick, Companions companions) {
    this.taken = taken;
    recent0 = recent[0];
    recent1 = recent[1];
    recent2 = recent[2];
    this.firstTick = firstTick;
    this.lastTick = lastTick;
    this.companions = companions;
  }

  /**
   * Somebody took the item.
   *
   * @param weight 1 for a plain click; what is not above 0 counts for nothing
   * @param now tick of the event
   */
  public void take(double weight, long now, CountConfig config) {
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

  /**
   * Another item was taken before or after this one.
   *
   * @param weight of the link; below 0 it takes weight away
   */
  public void link(int other, double weight, long now, CountConfig config) {
    companions.add(other, weight, now, config);
  }

  /** Forgets another item. */
  public void forget(int other) {
    companions.remove(other);
  }

  /** How often it was taken, faded. */
  public double taken(long now, CountConfig config) {
    return taken * config.faded(Math.max(0, now - lastTick));
  }

  /** How often it was taken of late, in takes; faded with the half-life of a window. */
  public double recent(int window, long now, CountConfig config) {
    double written = writtenRecent(window);
    return now <= lastTick
        ? written
        : written * FastMath.halved((now - lastTick) / config.popularityTicks()[window]);
  }

  /** How often it was taken, faded, as of the last tick: what is written. */
  double writtenTaken() {
    return taken;
  }

  /** The same with the half-life of a window. */
  double writtenRecent(int window) {
    return switch (window) {
      case 0 -> recent0;
      case 1 -> recent1;
      default -> recent2;
    };
  }

  /** Whether anybody took it. */
  public boolean isTaken() {
    return taken > 0;
  }

  /** The tick at which it was first taken; 0 for never. */
  public long firstTick() {
    return firstTick;
  }

  /** The tick at which it was last taken; 0 for never. */
  public long lastTick() {
    return lastTick;
  }

  /** The items taken with it. */
  public Companions companions() {
    return companions;
  }
}
