package dev.headwater.client.answers;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How good the answers of a domain would have been: each click is ranked before it is learned.
 *
 * @param domain the domain
 * @param windows oldest first
 */
public record PrequentialQuality(String domain, List<Window> windows) {
  /** Copies the list. */
  public PrequentialQuality {
    windows = List.copyOf(windows);
  }

  /**
   * One window of one shard.
   *
   * @param model whose rows ranked
   * @param fromMs its begin, Unix milliseconds
   * @param toMs its end, Unix milliseconds
   * @param shard which, from 0
   * @param shards of how many
   * @param live what is answered, ranked from all experts; absent when nothing was ranked
   * @param learned the learned rows alone; absent where no ranker stands over them
   * @param itemKnnRecent counts with recent popularity, the strongest contender that learns nothing
   * @param frozen the table as it was when it was frozen; absent when it never was
   * @param neverTuned the rows as they were before any click
   * @param popularity what was taken lately
   * @param examplesLearned so far
   * @param collapsed whether the learner found its rows collapsed
   */
  public record Window(
      String model,
      long fromMs,
      long toMs,
      int shard,
      int shards,
      @Nullable Ranking live,
      @Nullable Ranking learned,
      @Nullable Ranking itemKnnRecent,
      @Nullable Ranking frozen,
      @Nullable Ranking neverTuned,
      @Nullable Ranking popularity,
      long examplesLearned,
      boolean collapsed) {}

  /** One ranking: hit rate and NDCG of the first ten, over so many events. */
  public record Ranking(double hr10, double ndcg10, long events) {}
}
