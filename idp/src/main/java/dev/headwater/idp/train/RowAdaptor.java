package dev.headwater.idp.train;

import dev.headwater.idp.optim.RowGradients;
import dev.headwater.idp.tensor.Rows;

/**
 * Makes what a model sees of an item from its row of the table and from something else that is
 * known of it. Once training is over the rows as they are seen are a table like any other. For one
 * thread.
 */
public interface RowAdaptor extends AutoCloseable {
  /**
   * Writes what the model sees.
   *
   * @param view holds the rows of the table and is written over
   * @param rows which, distinct
   * @param training whether {@link #collect} will follow; otherwise nothing is random
   */
  void show(Rows view, int[] rows, boolean training);

  /**
   * Takes the gradients of what was shown last: keeps those of its own weights, and leaves those of
   * the table's rows in their place.
   */
  void collect(RowGradients shown);

  /** Takes a step along what was collected. */
  void step();

  @Override
  void close();
}
