package dev.headwater.serving.items;

import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.MapRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** JVector: a changed row gets a new node, the old one is marked and cut out in batches. */
final class JVectorIndex implements ItemIndex {
  private static final VectorTypeSupport TYPES =
      VectorizationProvider.getInstance().getVectorTypeSupport();
  private static final int CUT_EVERY = 1_000;

  private final VectorTable table;
  private final ConcurrentHashMap<Integer, VectorFloat<?>> vectors = new ConcurrentHashMap<>();
  private final Map<Integer, Integer> nodeOfRow = new ConcurrentHashMap<>();
  private final Map<Integer, Integer> rowOfNode = new ConcurrentHashMap<>();
  private final MapRandomAccessVectorValues values;
  private final GraphIndexBuilder builder;
  private final List<Integer> marked = new ArrayList<>();
  private final ArrayDeque<Integer> free = new ArrayDeque<>();
  private int next;

  JVectorIndex(VectorTable table) {
    this.table = table;
    values = new MapRandomAccessVectorValues(vectors, table.dim());
    builder =
        new GraphIndexBuilder(
            BuildScoreProvider.randomAccessScoreProvider(
                values, VectorSimilarityFunction.DOT_PRODUCT),
            table.dim(),
            32,
            100,
            1.2f,
            1.2f,
            false);
  }

  @Override
  public String name() {
    return "JVector 4.0.0-rc.6";
  }

  @Override
  public void search(float[] query, Measure measure, RowFilter filter, TopK best) {
    VectorFloat<?> vector = TYPES.createFloatVector(query);
    try (GraphSearcher searcher = new GraphSearcher(builder.getGraph())) {
      SearchResult result =
          searcher.search(
              DefaultSearchScoreProvider.exact(
                  vector, VectorSimilarityFunction.DOT_PRODUCT, values),
              best.capacity(),
              60,
              0,
              0,
              Bits.ALL);
      for (SearchResult.NodeScore node : result.getNodes()) {
        Integer row = rowOfNode.get(node.node);
        if (row != null) {
          best.offer(row, node.score);
        }
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public void changed(int row) {
    removed(row);
    float[] vector = new float[table.dim()];
    table.read(row, vector);
    int node = free.isEmpty() ? next++ : free.pop();
    VectorFloat<?> value = TYPES.createFloatVector(vector);
    vectors.put(node, value);
    nodeOfRow.put(row, node);
    rowOfNode.put(node, row);
    builder.addGraphNode(node, value);
  }

  @Override
  public void removed(int row) {
    Integer node = nodeOfRow.remove(row);
    if (node == null) {
      return;
    }
    rowOfNode.remove(node);
    builder.markNodeDeleted(node);
    marked.add(node);
    if (marked.size() >= CUT_EVERY) {
      builder.removeDeletedNodes();
      marked.forEach(vectors::remove);
      free.addAll(marked);
      marked.clear();
    }
  }
}
