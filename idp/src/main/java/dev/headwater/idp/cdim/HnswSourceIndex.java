package dev.headwater.idp.cdim;

import com.github.jelmerk.hnswlib.core.DistanceFunction;
import com.github.jelmerk.hnswlib.core.Item;
import com.github.jelmerk.hnswlib.core.NullProgressListener;
import com.github.jelmerk.hnswlib.core.ObjectSerializer;
import com.github.jelmerk.hnswlib.core.hnsw.HnswIndex;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Source items in a hierarchical navigable small world graph (Malkov and Yashunin, "Efficient and
 * robust approximate nearest neighbor search using Hierarchical Navigable Small World graphs",
 * arXiv 1603.09320). The sources never change, so the graph is built once, with the bundle; a
 * search looks at some thousand texts rather than at all, shortened to what tells them apart, and
 * in full at those that come out nearest. Approximate: {@link #recall} and {@link #exactly} say how
 * much so. The library draws levels of its own, so that two graphs of the same items differ. Safe
 * for many threads.
 */
public final class HnswSourceIndex implements SourceIndex {
  private final HnswIndex<Integer, float[], Node, Float> graph;
  private final List<KnownItem> items;
  private final ShortTexts shortTexts;

  /**
   * Settings of the graph.
   *
   * @param links of a node
   * @param efConstruction candidates while building
   * @param ef candidates while searching, each looked at in full afterwards
   * @param size numbers of a text while the graph is walked
   */
  public record Config(int links, int efConstruction, int ef, int size) {
    /**
     * 32 links, 200 candidates while building, 400 while searching, of 384 numbers the 192 that say
     * most (idp/RESULTS.md).
     */
    public static Config defaults() {
      return new Config(32, 200, 400, 192);
    }
  }

  /** An item by its place; its text is not written with the graph, it stands in the bundle. */
  private static final class Node implements Item<Integer, float[]> {
    private static final long serialVersionUID = 1L;
    private static final float[] UNBOUND = {};

    private final Integer place;
    private transient float[] text;

    Node(int place, float[] text) {
      this.place = place;
      this.text = text;
    }

    @Override
    public Integer id() {
      return place;
    }

    @Override
    public float[] vector() {
      return text;
    }

    @Override
    public int dimensions() {
      return text.length;
    }
  }

  private static final class Places implements ObjectSerializer<Integer> {
    private static final long serialVersionUID = 1L;

    @Override
    public void write(Integer place, ObjectOutput out) throws IOException {
      out.writeInt(place);
    }

    @Override
    public Integer read(ObjectInput in) throws IOException {
      return in.readInt();
    }
  }

  private static final class Nodes implements ObjectSerializer<Node> {
    private static final long serialVersionUID = 1L;

    @Override
    public void write(Node node, ObjectOutput out) throws IOException {
      out.writeInt(node.place);
    }

    @Override
    public Node read(ObjectInput in) throws IOException {
      return new Node(in.readInt(), Node.UNBOUND);
    }
  }

  /** One minus the dot product, of texts of unit norm. */
  private static final class InnerProduct implements DistanceFunction<float[], Float> {
    private static final long serialVersionUID = 1L;

    @Override
    public Float distance(float[] a, float[] b) {
      return 1 - ShortTexts.dot(a, b);
    }
  }

  /**
   * The classes that a graph's file is made of: it comes in Java's serialized form, of which
   * nothing else is let in.
   */
  private static final class OwnClasses extends ClassLoader {
    private static final Set<String> NAMES =
        Set.of(
            HnswIndex.class.getName(),
            InnerProduct.class.getName(),
            Places.class.getName(),
            Nodes.class.getName(),
            "java.util.Comparators$NaturalOrderComparator",
            "java.lang.Enum");

    OwnClasses() {
      super(HnswSourceIndex.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!NAMES.contains(name)) {
        throw new ClassNotFoundException(name + " is no part of a graph");
      }
      return super.loadClass(name, resolve);
    }
  }

  private HnswSourceIndex(
      HnswIndex<Integer, float[], Node, Float> graph,
      List<KnownItem> items,
      ShortTexts shortTexts) {
    this.graph = graph;
    this.items = items;
    this.shortTexts = shortTexts;
  }

  /** Builds a graph of what a pool holds now. */
  public static HnswSourceIndex of(ItemPool pool, Config config) throws IOException {
    return build(pool.known(), config);
  }

  /**
   * Builds a graph on all cores; one builds some hundred items a second.
   *
   * @throws InterruptedIOException when the thread is interrupted
   */
  public static HnswSourceIndex build(List<KnownItem> items, Config config) throws IOException {
    int dimensions = items.isEmpty() ? 1 : items.get(0).text().length;
    HnswIndex<Integer, float[], Node, Float> graph =
        HnswIndex.newBuilder(dimensions, new InnerProduct(), Math.max(1, items.size()))
            .withCustomSerializers(new Places(), new Nodes())
            .withM(config.links())
            .withEfConstruction(config.efConstruction())
            .build();
    List<Node> nodes = new ArrayList<>(items.size());
    for (int i = 0; i < items.size(); i++) {
      nodes.add(new Node(i, items.get(i).text()));
    }
    try {
      int threads = Runtime.getRuntime().availableProcessors();
      graph.addAll(nodes, threads, NullProgressListener.INSTANCE, Integer.MAX_VALUE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the graph was built");
    }
    return searching(graph, items, config);
  }

  /** Has the nodes stand for short texts; the links are those of whole ones. */
  private static HnswSourceIndex searching(
      HnswIndex<Integer, float[], Node, Float> graph, List<KnownItem> items, Config config) {
    ShortTexts shortTexts = ShortTexts.of(items, config.size());
    for (Node node : graph.items()) {
      node.text = shortTexts.of(items.get(node.place).text());
    }
    graph.setEf(config.ef());
    return new HnswSourceIndex(graph, List.copyOf(items), shortTexts);
  }

  /** Writes the links; the items stand elsewhere, in an order that stays. */
  public void save(OutputStream out) throws IOException {
    graph.save(out);
  }

  /**
   * Reads what {@link #save} wrote.
   *
   * @param items those that the graph was built of, in the same order
   * @throws IOException if it is no graph, or one of other items
   */
  public static HnswSourceIndex load(InputStream in, List<KnownItem> items) throws IOException {
    return load(in, items, Config.defaults());
  }

  /** Reads the links and searches them as it is told, whatever they were built with. */
  static HnswSourceIndex load(InputStream in, List<KnownItem> items, Config config)
      throws IOException {
    HnswIndex<Integer, float[], Node, Float> graph;
    try {
      graph = HnswIndex.load(in, new OwnClasses());
    } catch (RuntimeException e) {
      throw new IOException("not a graph of source items", e);
    }
    if (graph.size() != items.size()) {
      throw new IOException("a graph of %d items, not %d".formatted(graph.size(), items.size()));
    }
    for (Node node : graph.items()) {
      if (node.place < 0 || node.place >= items.size()) {
        throw new IOException("a graph of other items: it names " + node.place);
      }
    }
    return searching(graph, items, config);
  }

  /** How many items it holds. */
  public int size() {
    return items.size();
  }

  @Override
  public List<List<Neighbour>> nearest(float[][] textVectors, int count) {
    List<List<Neighbour>> all = new ArrayList<>(textVectors.length);
    for (float[] query : textVectors) {
      all.add(best(query, places(query, count), count));
    }
    return all;
  }

  /** Returns candidates in the order of the items, so that ties fall as they do in a scan. */
  private int[] places(float[] query, int count) {
    return graph.findNearest(shortTexts.of(query), Math.max(count, graph.getEf())).stream()
        .mapToInt(result -> result.item().place)
        .sorted()
        .toArray();
  }

  private List<Neighbour> best(float[] query, int[] places, int count) {
    BestSlots best = new BestSlots(count);
    for (int place : places) {
      float score = ShortTexts.dot(query, items.get(place).text());
      if (score > best.floor()) {
        best.add(place, score);
      }
    }
    return best.each((place, score) -> items.get(place).near(score));
  }

  /** The nearest items of a text, by a look at every one. */
  public List<Neighbour> exactly(float[] textVector, int count) {
    return best(textVector, IntStream.range(0, items.size()).toArray(), count);
  }

  /** The share of the exact nearest items that this index finds too. */
  public double recall(SourceIndex exact, float[][] queries, int count) {
    List<List<Neighbour>> truth = exact.nearest(queries, count);
    List<List<Neighbour>> mine = nearest(queries, count);
    long found = 0;
    long all = 0;
    for (int q = 0; q < queries.length; q++) {
      found += common(truth.get(q), mine.get(q));
      all += truth.get(q).size();
    }
    return all == 0 ? 1 : (double) found / all;
  }

  /** How many items of one answer stand in the other as well. */
  public static int common(List<Neighbour> truth, List<Neighbour> found) {
    Set<String> names = new HashSet<>();
    found.forEach(near -> names.add(near.domain() + "/" + near.item()));
    return (int) truth.stream().filter(n -> names.contains(n.domain() + "/" + n.item())).count();
  }
}
