package dev.headwater.serving.recommend;

import dev.headwater.serving.items.ItemRows;
import java.util.concurrent.CompletableFuture;

/** Gathers what one answer is made from. For one answer, and one thread after the other. */
public interface Gatherer {
  /** Gathers the vectors that the history is encoded from. */
  CompletableFuture<ItemRows> rows();

  /**
   * Gathers what the answer is chosen from.
   *
   * @param ask its history is the one begun with, or less of it
   */
  CompletableFuture<Pool> gather(Ask ask);
}
