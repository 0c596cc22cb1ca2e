package dev.headwater.serving.items;

/**
 * Finds the rows with the highest score for a query. What it finds are candidates: the caller reads
 * each row again and scores it exactly, so that an index may hold older positions. Searching is
 * safe for concurrent use; {@link #changed} and {@link #removed} come from the table's one writer.
 */
public interface ItemIndex {
  /** Returns the name that stands in answers, for example {@code scan}. */
  String name();

  /**
   * Offers the candidates to {@code best}.
   *
   * @param query of the table's length
   * @param measure how rows are scored
   * @param filter only rows whose item it allows are offered
   * @param best keeps as many as it can hold
   */
  void search(float[] query, Measure measure, RowFilter filter, TopK best);

  /** The same, looking at every row. */
  default void searchExactly(float[] query, Measure measure, RowFilter filter, TopK best) {
    search(query, measure, filter, best);
  }

  /** The row was written. */
  void changed(int row);

  /** The row was emptied. */
  void removed(int row);

  /** Called by the writer about every 50 ms, for work that is done in the background. */
  default void tick() {}

  /** Writes what {@link #load} needs so as not to build it again (writer only). */
  default void save(StateOutput state) {}

  /** Reads what an index of its kind wrote, over a table that was saved with it (writer only). */
  default void load(StateInput state) {}

  /** Lets go of what is not Java's memory; a search afterwards is done some other way. */
  default void close() {}
}
