package dev.headwater.idp.expert;

/**
 * Counting by itself: an item's score for a history is the sum of its links with the last items,
 * each over the counts of both, {@code Σ_j decay^j · c(h_j, v) / (n(h_j)·n(v))^norm}, j from the
 * newest back. For one thread.
 *
 * @param book of counts
 * @param decay of a place further back
 * @param norm exponent of the counts
 */
public record ItemKnn(CountReader book, double decay, double norm) {
  /** With the settings tried on grocery, books and clothing (RESULTS.md); not all were scanned. */
  public static ItemKnn of(CountReader book) {
    return new ItemKnn(book, 0.7, 0.3);
  }

  /**
   * Scores all items of a domain; those without a link have 0.
   *
   * @param history item numbers, oldest first
   * @param items how many the domain has, numbered from 0
   */
  public float[] scores(int[] history, int items) {
    float[] scores = new float[items];
    double weight = 1;
    int gaps = Math.min(book.config().gaps(), history.length);
    for (int back = 1; back <= gaps; back++, weight *= decay) {
      ItemCounts counts = book.counts(history[history.length - back]);
      if (counts != null) {
        add(counts, weight, scores);
      }
    }
    return scores;
  }

  private void add(ItemCounts counts, double weight, float[] scores) {
    Companions companions = counts.companions();
    double factor = weight * companions.faded(book.tick(), book.config()) / normed(counts);
    for (int i = 0; i < companions.size(); i++) {
      ItemCounts other = book.counts(companions.item(i));
      if (other != null) {
        scores[companions.item(i)] += (float) (factor * companions.weight(i) / normed(other));
      }
    }
  }

  private double normed(ItemCounts counts) {
    double taken = counts.taken(book.tick(), book.config());
    return taken > 1 ? FastMath.exp(norm * FastMath.ln(taken)) : 1;
  }
}
