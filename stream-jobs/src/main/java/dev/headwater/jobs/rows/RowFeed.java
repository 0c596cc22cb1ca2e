package dev.headwater.jobs.rows;

import java.io.Serializable;

/** Rows of one domain and model as they come in. Closed by the operator that opened it. */
public interface RowFeed extends AutoCloseable {
  /** Tells whether everything that stood there at the start was handed over. */
  boolean isCaughtUp();

  /** Tells whether all that stood there a moment ago was handed over. */
  boolean isLevel();

  /** Throws what stopped the feed, if anything did. */
  void requireHealthy();

  @Override
  void close();

  /** Opens feeds; shipped to operators. */
  @FunctionalInterface
  interface Opener extends Serializable {
    /**
     * Opens a feed that begins at once.
     *
     * @param name for threads and logs
     * @param listener takes the rows, on a thread of the feed
     */
    RowFeed open(String name, RowsFollower.Listener listener);
  }
}
