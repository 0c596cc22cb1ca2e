package dev.headwater.serving.recommend;

import org.jspecify.annotations.Nullable;

/**
 * What decides besides the score.
 *
 * @param categoryCap most items of one category (the first an item names); 0: no cap
 * @param diversity 0: by score alone, 1: as unlike each other as possible; between, maximal
 *     marginal relevance (Carbonell and Goldstein, 1998)
 * @param explore share of the places that new items get, drawn at random
 * @param seed of that draw: the same seed gives the same draw; null: another one each time
 */
public record Mix(int categoryCap, float diversity, float explore, @Nullable Long seed) {
  /** The score alone. */
  public static final Mix NONE = new Mix(0, 0, 0, null);

  boolean reorders() {
    return categoryCap > 0 || diversity > 0;
  }
}
