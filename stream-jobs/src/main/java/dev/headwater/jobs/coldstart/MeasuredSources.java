package dev.headwater.jobs.coldstart;

import dev.headwater.idp.cdim.GraphOrScan;
import dev.headwater.idp.cdim.HnswSourceIndex;
import dev.headwater.idp.cdim.SourceIndex;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A graph of source items that is held against an exact search now and then: one text in {@value
 * #EVERY}, the first one among them, is looked up both ways. Safe for many threads.
 */
final class MeasuredSources implements SourceIndex {
  /** An exact search costs as much as a dozen others; so it costs a twentieth more in all. */
  static final int EVERY = 256;

  private final HnswSourceIndex graph;
  private final ColdStartStats stats;
  private final AtomicLong asked = new AtomicLong();

  private MeasuredSources(HnswSourceIndex graph, ColdStartStats stats) {
    this.graph = graph;
    this.stats = stats;
  }

  /** Measures an index where it is approximate. */
  static SourceIndex of(SourceIndex sources, ColdStartStats stats) {
    if (sources instanceof GraphOrScan both) {
      return both.over(of(both.graph(), stats));
    }
    return sources instanceof HnswSourceIndex graph ? new MeasuredSources(graph, stats) : sources;
  }

  @Override
  public List<List<Neighbour>> nearest(float[][] textVectors, int count) {
    List<List<Neighbour>> found = graph.nearest(textVectors, count);
    for (int i = 0; i < textVectors.length; i++) {
      if (asked.getAndIncrement() % EVERY == 0) {
        List<Neighbour> truth = graph.exactly(textVectors[i], count);
        stats.sources(truth.size(), HnswSourceIndex.common(truth, found.get(i)));
      }
    }
    return found;
  }
}
