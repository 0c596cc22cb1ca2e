package dev.headwater.serving.shard;

import dev.headwater.serving.items.ItemRows;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The vectors of one history, as their owners told them. Filled by whoever hears of them, one after
 * the other.
 */
final class GatheredRows implements ItemRows {
  private final int dim;
  private final Map<Integer, String> names;
  private final Map<String, Vectors.Kept> kept = new HashMap<>();

  /**
   * Creates an empty one.
   *
   * @param dim length of a vector
   * @param names of the items by their numbers
   */
  GatheredRows(int dim, Map<Integer, String> names) {
    this.dim = dim;
    this.names = names;
  }

  void put(String item, Vectors.Kept row) {
    kept.put(item, row);
  }

  private Vectors.@Nullable Kept of(int code) {
    String name = names.get(code);
    return name == null ? null : kept.get(name);
  }

  @Override
  public int dim() {
    return dim;
  }

  @Override
  public boolean readItem(int code, float[] into) {
    Vectors.Kept row = of(code);
    float[] vector = row == null ? null : row.vector();
    if (vector == null) {
      return false;
    }
    System.arraycopy(vector, 0, into, 0, into.length);
    return true;
  }

  @Override
  public boolean isHeard(int code) {
    return of(code) != null;
  }

  @Override
  public boolean isKnown(int code) {
    Vectors.Kept row = of(code);
    return row == null || row.known(); // of what its owner did not answer for
  }

  @Override
  public double travelled(int code) {
    Vectors.Kept row = of(code);
    return row == null ? -1 : row.travelled();
  }
}
