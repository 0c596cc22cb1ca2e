package dev.headwater.idp.heldout;

import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.ItemBook;
import dev.headwater.idp.expert.ItemKnn;
import java.util.Arrays;
import java.util.List;

/** Item nearest neighbours by counting what follows what in training sequences. */
public final class CountScorer implements Scorer {
  private final ItemKnn counts;
  private final int items;

  /** Scores the items of a domain by counts. */
  public CountScorer(ItemKnn counts, int items) {
    this.counts = counts;
    this.items = items;
  }

  /**
   * Counts sequences whose order among each other says nothing, so that nothing fades.
   *
   * @param sequences of training
   * @param capacity most items in one item's list
   */
  public static ItemBook book(List<int[]> sequences, int capacity) {
    ItemBook book = new ItemBook(CountConfig.defaults().withoutFading().withCapacity(capacity));
    for (int[] sequence : sequences) {
      for (int at = 0; at < sequence.length; at++) {
        book.learn(Arrays.copyOf(sequence, at), sequence[at], 1);
      }
    }
    return book;
  }

  @Override
  public float[][] scores(List<int[]> histories) {
    return histories.stream().map(history -> counts.scores(history, items)).toArray(float[][]::new);
  }
}
