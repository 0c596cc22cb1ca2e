package dev.headwater.serving.recommend;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Gives a share of the places to items that nobody has clicked yet. Each place is, with that
 * probability, given to one of the {@value #POOL} new items that suit the query best, each of them
 * as likely as the other. The propensity of an item is the probability with which it got its place,
 * given those above it: what an estimate by inverse propensity needs. No place is given to an item
 * whose category has no room.
 */
public final class Explorer {
  /** How many new items are drawn from. */
  public static final int POOL = 50;

  private final List<Scored> fresh;
  private final float share;
  private final RandomGenerator random;
  private final CategoryCap cap;

  /**
   * Creates one.
   *
   * @param fresh the new items that suit the query best, best first
   * @param cap of this answer, in which nothing was taken yet
   */
  Explorer(List<Scored> fresh, float share, RandomGenerator random, CategoryCap cap) {
    this.cap = cap;
    this.fresh = fresh;
    this.share = share;
    this.random = random;
  }

  /** An item and the probability of its place. */
  record Placed(Scored scored, float propensity) {}

  /**
   * Returns {@code count} places from a ranking and the new items.
   *
   * @param ranking longer than that where categories are capped: a new item may take the room
   */
  List<Placed> place(List<Scored> ranking, int count) {
    List<Scored> pool = new ArrayList<>(fresh.subList(0, Math.min(POOL, fresh.size())));
    List<Placed> placed = new ArrayList<>(count);
    Set<Integer> taken = new HashSet<>();
    int next = 0;
    while (placed.size() < count) {
      pool.removeIf(each -> !mayCome(each, taken));
      while (next < ranking.size() && !mayCome(ranking.get(next), taken)) {
        next++;
      }
      Scored byRank = next < ranking.size() ? ranking.get(next) : null;
      if (byRank == null && pool.isEmpty()) {
        break;
      }
      float chance = pool.isEmpty() ? 0 : byRank == null ? 1 : share;
      Scored chosen =
          byRank == null || random.nextDouble() < chance
              ? pool.get(random.nextInt(pool.size()))
              : byRank;
      placed.add(new Placed(chosen, propensity(chosen.code(), byRank, pool, chance)));
      taken.add(chosen.code());
      cap.take(chosen.code());
    }
    return placed;
  }

  private boolean mayCome(Scored item, Set<Integer> taken) {
    return !taken.contains(item.code()) && cap.hasRoom(item.code());
  }

  /** An item may come by its rank and by the draw: both chances count. */
  private static float propensity(
      int code, @Nullable Scored byRank, List<Scored> pool, float chance) {
    boolean inPool = pool.stream().anyMatch(each -> each.code() == code);
    float drawn = inPool ? chance / pool.size() : 0;
    return byRank != null && byRank.code() == code ? drawn + 1 - chance : drawn;
  }
}
