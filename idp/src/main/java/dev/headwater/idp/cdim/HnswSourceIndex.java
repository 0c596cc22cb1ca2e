package dev.headwater.idp.cdim;

import com.github.jelmerk.hnswlib.core.DistanceFunctions;
import com.github.jelmerk.hnswlib.core.SearchResult;
import com.github.jelmerk.hnswlib.core.hnsw.HnswIndex;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Source items in a hierarchical navigable small world graph (Malkov and Yashunin, 2018). The
 * sources never change, so the graph is built once; a search visits some thousand texts rather than
 * all. Approximate: measure {@link #recall} before it is used. Safe for many threads.
 */
public final class HnswSourceIndex implements SourceIndex {
  private final HnswIndex<Integer, float[], Node, Float> graph;
  private final List<ItemPool.Known> items;

  /**
   * Settings of the graph.
   *
   * @param links of a node
   * @param efConstruction candidates while building
   * @param ef candidates while searching
   */
  public record Config(int links, int efConstruction, int ef) {
    /** 16 links, 100 candidates while building, 120 while searching. */
    public static Config defaults() {
      return new Config(16, 100, 120);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // the library compares ids
  private record Node(Integer id, float[] vector)
      implements com.github.jelmerk.hnswlib.core.Item<Integer, float[]> {
    @Override
    public int dimensions() {
      return vector.length;
    }
  }

  private HnswSourceIndex(
      HnswIndex<Integer, float[], Node, Float> graph, List<ItemPool.Known> items) {
    this.graph = graph;
    this.items = items;
  }

  /** Builds a graph of what a pool holds now; a core builds some hundred items a second. */
  public static HnswSourceIndex of(ItemPool pool, Config config) {
    List<ItemPool.Known> items = pool.known();
    HnswIndex<Integer, float[], Node, Float> graph =
        HnswIndex.newBuilder(
                pool.textDim(), DistanceFunctions.FLOAT_INNER_PRODUCT, Math.max(1, items.size()))
            .withM(config.links())
            .withEfConstruction(config.efConstruction())
            .withEf(config.ef())
            .build();
    for (int i = 0; i < items.size(); i++) {
      graph.add(new Node(i, items.get(i).text()));
    }
    return new HnswSourceIndex(graph, items);
  }

  @Override
  public List<List<Neighbour>> nearest(float[][] textVectors, int count) {
    List<List<Neighbour>> all = new ArrayList<>(textVectors.length);
    for (float[] query : textVectors) {
      List<Neighbour> found = new ArrayList<>(count);
      for (SearchResult<Node, Float> result : graph.findNearest(query, count)) {
        ItemPool.Known item = items.get(result.item().id());
        // The library's inner-product distance is one minus the product.
        found.add(
            new Neighbour(item.domain(), item.item(), 1 - result.distance(), item.embedding()));
      }
      all.add(found);
    }
    return all;
  }

  /** The share of the exact nearest items that this index finds too. */
  public double recall(SourceIndex exact, float[][] queries, int count) {
    List<List<Neighbour>> truth = exact.nearest(queries, count);
    List<List<Neighbour>> mine = nearest(queries, count);
    long found = 0;
    long all = 0;
    for (int q = 0; q < queries.length; q++) {
      Set<String> names = new HashSet<>();
      mine.get(q).forEach(n -> names.add(n.domain() + "/" + n.item()));
      for (Neighbour neighbour : truth.get(q)) {
        found += names.contains(neighbour.domain() + "/" + neighbour.item()) ? 1 : 0;
        all++;
      }
    }
    return all == 0 ? 1 : (double) found / all;
  }
}
