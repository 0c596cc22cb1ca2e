package dev.headwater.serving.items;

import com.github.jelmerk.hnswlib.core.DistanceFunctions;
import com.github.jelmerk.hnswlib.core.Item;
import com.github.jelmerk.hnswlib.core.hnsw.HnswIndex;

/** hnswlib-core behind the index interface, with room for updates, which take new slots. */
final class HnswlibIndex implements ItemIndex {
  private final VectorTable table;
  private final HnswIndex<Integer, float[], Row, Float> graph;
  private long version;

  /** A row as the library wants it. */
  private record Row(Integer id, float[] vector, long version) implements Item<Integer, float[]> {
    @Override
    public int dimensions() {
      return vector.length;
    }
  }

  HnswlibIndex(VectorTable table, int capacity) {
    this.table = table;
    graph =
        HnswIndex.newBuilder(table.dim(), DistanceFunctions.FLOAT_INNER_PRODUCT, capacity)
            .withM(16)
            .withEfConstruction(100)
            .withEf(60)
            .withRemoveEnabled()
            .build();
  }

  @Override
  public String name() {
    return "hnswlib-core 1.2.1";
  }

  @Override
  public void search(float[] query, Measure measure, RowFilter filter, TopK best) {
    graph
        .findNearest(query, best.capacity())
        .forEach(found -> best.offer(found.item().id(), -found.distance()));
  }

  @Override
  public void changed(int row) {
    float[] vector = new float[table.dim()];
    table.read(row, vector);
    version++;
    graph.add(new Row(row, vector, version));
  }

  @Override
  public void removed(int row) {
    graph.remove(row, ++version);
  }
}
