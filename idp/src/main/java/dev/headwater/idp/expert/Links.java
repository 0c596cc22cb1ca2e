package dev.headwater.idp.expert;

/**
 * What one example tells which item: the item that followed and each of the last items before it
 * are linked, the nearer the heavier, {@code 1/gap} from the earlier to the later and {@link
 * CountConfig#backward} of it back. An owner of items counts the links of its own ones.
 */
public final class Links {
  /** Hears of links. */
  @FunctionalInterface
  public interface Listener {
    /**
     * An item is linked with another.
     *
     * @param owner whose list changes
     * @param other the item to be found in it
     * @param weight by how much
     */
    void link(int owner, int other, double weight);
  }

  private Links() {}

  /**
   * Tells all links of an example.
   *
   * @param history item numbers, oldest first; may be empty
   * @param target the item that followed
   * @param weight of the example; below 0 for a dislike
   */
  public static void of(
      int[] history, int target, double weight, CountConfig config, Listener listener) {
    for (int gap = 1; gap <= Math.min(config.gaps(), history.length); gap++) {
      int earlier = history[history.length - gap];
      if (earlier != target) {
        listener.link(earlier, target, weight / gap);
        listener.link(target, earlier, config.backward() * weight / gap);
      }
    }
  }
}
