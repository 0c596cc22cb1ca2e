package dev.headwater.idp.cdim;

import dev.headwater.idp.Pending;

/** Known items with text vector and ID embedding, to retrieve from. Safe for many threads. */
public final class ItemPool {
  /**
   * Makes an empty pool.
   *
   * @param textDim length of text vectors
   * @param dim length of embeddings
   */
  public ItemPool(int textDim, int dim) {}

  /** Adds an item or replaces what is known of it; both arrays are copied. */
  public void put(String domain, String item, float[] textVector, float[] embedding) {
    Pending.body();
  }

  /** Forgets an item; nothing happens if it is not there. */
  public void remove(String domain, String item) {
    Pending.body();
  }

  /** The number of items. */
  public int size() {
    return 0;
  }
}
