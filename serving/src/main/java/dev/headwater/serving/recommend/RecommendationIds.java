package dev.headwater.serving.recommend;

import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** Names answers: unique on this node, and between nodes by a random prefix. */
public final class RecommendationIds {
  private final String prefix;
  private final AtomicLong count = new AtomicLong();

  /** Draws the prefix. */
  public RecommendationIds(RandomGenerator random) {
    prefix = Long.toString(random.nextLong() >>> 1, 36) + "-";
  }

  String next() {
    return prefix + Long.toString(count.incrementAndGet(), 36);
  }
}
