package dev.headwater.idp.cdim;

import java.util.List;
import java.util.function.Supplier;

/**
 * Finds source items over a graph where texts come one by one, and by a look at every item where
 * several come together: a matrix product reads the items from memory once for all texts of a call,
 * the graph some thousand of them for each. Safe for many threads.
 */
public final class GraphOrScan implements SourceIndex {
  /** From so many texts a call on the scan is ahead, at 20,000 items and at 90,000. */
  public static final int TOGETHER = 3;

  private final SourceIndex graph;
  private final Supplier<? extends SourceIndex> scan;

  /**
   * Makes one of both.
   *
   * @param graph approximate
   * @param scan exact; asked for with the first call of several texts, for it takes as much memory
   *     as the items' texts
   */
  public GraphOrScan(SourceIndex graph, Supplier<? extends SourceIndex> scan) {
    this.graph = graph;
    this.scan = scan;
  }

  /** Returns what is asked where texts come one by one. */
  public SourceIndex graph() {
    return graph;
  }

  /** Returns the same over another graph. */
  public GraphOrScan over(SourceIndex other) {
    return new GraphOrScan(other, scan);
  }

  @Override
  public List<List<Neighbour>> nearest(float[][] textVectors, int count) {
    SourceIndex index = textVectors.length < TOGETHER ? graph : scan.get();
    return index.nearest(textVectors, count);
  }
}
