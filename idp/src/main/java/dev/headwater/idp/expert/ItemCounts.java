package dev.headwater.idp.expert;

/**
 * What clicks say of one item: how often it was taken, how often of late, since when, and with
 * which others. The owner of the item changes it; everybody else reads a copy. For one thread.
 */
public final class ItemCounts extends Takes {
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
    setTaken(taken, firstTick, lastTick);
    setRecent(recent[0], recent[1], recent[2]);
    this.companions = companions;
  }

  /**
   * The same.
   *
   * @param takes how often and when the item was taken; copied
   * @param companions the items taken with it; taken over
   */
  public ItemCounts(Takes takes, Companions companions) {
    set(takes);
    this.companions = companions;
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

  /** The items taken with it. */
  public Companions companions() {
    return companions;
  }
}
