package dev.headwater.serving.recommend;

import dev.headwater.client.answers.Recommendations;
import dev.headwater.idp.rank.RankerWeights;
import org.jspecify.annotations.Nullable;

/**
 * What an answer is made from.
 *
 * @param history its items
 * @param idleMs milliseconds since its newest event; below 0 where that is not known
 * @param basedOn that event; null where nobody knows it
 * @param unknown items of the history without a row of their own
 */
record Past(Asked history, long idleMs, Recommendations.@Nullable BasedOn basedOn, int unknown) {
  /** Nothing. */
  static final Past NONE = new Past(Asked.NONE, RankerWeights.UNKNOWN, null, 0);
}
