package dev.headwater.idp.evaluate;

import dev.headwater.idp.heldout.Scorer;

/**
 * What a system came to on a target. For one thread.
 *
 * @param scorer scores the target's items until this is closed
 * @param validation NDCG@10 that its weights were chosen by; 0 where nothing was chosen
 * @param epochs it was trained for
 * @param resources goes with it
 */
public record Learned(Scorer scorer, double validation, int epochs, Runnable resources)
    implements AutoCloseable {
  @Override
  public void close() {
    resources.run();
  }
}
