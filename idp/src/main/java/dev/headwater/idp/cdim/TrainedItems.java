package dev.headwater.idp.cdim;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The items of one domain that learned from clicks and lend their rows to new ones. Written by one
 * thread, read by any.
 */
public final class TrainedItems {
  private final String domain;
  private final ItemPool pool;
  private final Map<String, Double> norms = new ConcurrentHashMap<>();
  private double normSum;
  private volatile double meanNorm;

  /**
   * Starts with none.
   *
   * @param domain stands in the matches
   * @param textDim length of text vectors
   * @param dim length of rows
   */
  public TrainedItems(String domain, int textDim, int dim) {
    this.domain = domain;
    this.pool = new ItemPool(textDim, dim);
  }

  /** Takes an item in, or its newer row; a row that is not finite changes nothing. */
  public void put(String item, float[] text, float[] row) {
    double norm = Cdim.norm(row);
    if (Double.isFinite(norm)) {
      pool.put(domain, item, text, row);
      count(item, norm);
    }
  }

  /** Forgets an item; nothing happens if it is not there. */
  public void remove(String item) {
    pool.remove(domain, item);
    count(item, null);
  }

  /** Whether the item is among them. */
  public boolean contains(String item) {
    return norms.containsKey(item);
  }

  /** How many there are. */
  public int count() {
    return norms.size();
  }

  /** The mean norm of their rows, 0 while there are none. */
  public double meanNorm() {
    return meanNorm;
  }

  String domain() {
    return domain;
  }

  SourceIndex pool() {
    return pool;
  }

  private void count(String item, @Nullable Double norm) {
    Double old = norm == null ? norms.remove(item) : norms.put(item, norm);
    normSum += (norm == null ? 0 : norm) - (old == null ? 0 : old);
    meanNorm = norms.isEmpty() ? 0 : normSum / norms.size();
  }
}
