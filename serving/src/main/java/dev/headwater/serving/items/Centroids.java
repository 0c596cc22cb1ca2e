package dev.headwater.serving.items;

import dev.headwater.events.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Middles of cells, found by k-means over a sample of rows. Many of them are trained in two steps:
 * first some groups, then the centroids of each group from the rows in it. That costs the square
 * root of the work, and so does finding the nearest one, which looks into the nearest groups only;
 * it may then be the second nearest, which a search does not mind. Immutable once trained; scoring
 * is safe for concurrent use, finding the nearest is for one thread at a time.
 */
public final class Centroids {
  private static final int ROUNDS = 6;

  /** Fewer are trained in one step. */
  private static final int FLAT_MAX = 256;

  /** Centroids of a group come in multiples of this, as the kernel likes them. */
  private static final int STEP = 64;

  private static final int GROUPS_LOOKED_INTO = 4;

  private final int dim;
  private final int size;
  private final float[] values;
  private final float[] halfSquares;
  private final float[] scratch;
  private final @Nullable Groups groups;

  /**
   * The two steps.
   *
   * @param middles of the groups
   * @param members the centroids of each group
   * @param first number of each group's first centroid among all
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Groups(Centroids middles, List<Centroids> members, int[] first) {}

  private Centroids(int dim, int size, @Nullable Groups groups) {
    this.dim = dim;
    this.size = size;
    this.groups = groups;
    values = new float[dim * size];
    halfSquares = new float[size];
    scratch = new float[size];
  }

  /**
   * Trains centroids.
   *
   * @param sample vectors, at least one
   * @param size about how many centroids; fewer when the sample is smaller
   * @param random chooses the first centroids
   */
  public static Centroids train(float[][] sample, int size, RandomGenerator random) {
    return size <= FLAT_MAX || sample.length <= FLAT_MAX
        ? flat(sample, size, random)
        : grouped(sample, size, random);
  }

  private static Centroids flat(float[][] sample, int size, RandomGenerator random) {
    Centroids centroids = new Centroids(sample[0].length, Math.min(size, sample.length), null);
    float[][] mixed = sample.clone();
    for (int c = 0; c < centroids.size; c++) {
      int other = c + random.nextInt(mixed.length - c);
      float[] chosen = mixed[other];
      mixed[other] = mixed[c];
      mixed[c] = chosen;
      centroids.set(c, chosen);
    }
    for (int round = 0; round < ROUNDS; round++) {
      centroids.improve(sample, random);
    }
    return centroids;
  }

  private static Centroids grouped(float[][] sample, int size, RandomGenerator random) {
    Centroids middles = flat(sample, Math.max(2, size / STEP), random);
    List<List<float[]>> parts = new ArrayList<>();
    for (int g = 0; g < middles.size; g++) {
      parts.add(new ArrayList<>());
    }
    for (float[] vector : sample) {
      parts.get(middles.nearest(vector)).add(vector);
    }
    List<Centroids> members = new ArrayList<>();
    int[] first = new int[middles.size];
    int total = 0;
    for (int g = 0; g < middles.size; g++) {
      float[][] part = parts.get(g).toArray(float[][]::new);
      long share = Math.round((double) size * part.length / sample.length / STEP);
      Centroids own =
          part.length == 0
              ? new Centroids(middles.dim, 0, null)
              : flat(part, (int) Math.max(1, share) * STEP, random);
      members.add(own);
      first[g] = total;
      total += own.size;
    }
    return joined(new Groups(middles, members, first), total);
  }

  /** All centroids as one matrix, which is what a query is scored against. */
  private static Centroids joined(Groups groups, int total) {
    Centroids all = new Centroids(groups.middles().dim, total, groups);
    for (int g = 0; g < groups.first().length; g++) {
      Centroids own = groups.members().get(g);
      for (int c = 0; c < own.size; c++) {
        all.halfSquares[groups.first()[g] + c] = own.halfSquares[c];
        for (int d = 0; d < all.dim; d++) {
          all.values[d * total + groups.first()[g] + c] = own.values[d * own.size + c];
        }
      }
    }
    return all;
  }

  private void set(int c, float[] vector) {
    float square = 0;
    for (int d = 0; d < dim; d++) {
      values[d * size + c] = vector[d];
      square += vector[d] * vector[d];
    }
    halfSquares[c] = square / 2;
  }

  private void improve(float[][] sample, RandomGenerator random) {
    float[][] sums = new float[size][dim];
    int[] counts = new int[size];
    for (float[] vector : sample) {
      int c = nearest(vector);
      counts[c]++;
      for (int d = 0; d < dim; d++) {
        sums[c][d] += vector[d];
      }
    }
    for (int c = 0; c < size; c++) {
      if (counts[c] == 0) {
        set(c, sample[random.nextInt(sample.length)]);
        continue;
      }
      for (int d = 0; d < dim; d++) {
        sums[c][d] /= counts[c];
      }
      set(c, sums[c]);
    }
  }

  /** Returns how many there are. */
  public int size() {
    return size;
  }

  /**
   * Returns by how much a row scores more than a centroid for the query for which that is most: one
   * of length 1 along the row.
   *
   * @param square of the row's distance to the centroid
   */
  float excess(int c, float[] vector, float square) {
    float length = Vectors.norm(vector);
    return length == 0 ? 0 : (length * length + square - square(c)) / (2 * length);
  }

  /** Computes the dot product of a query with each centroid. */
  void scores(float[] query, float[] out) {
    Kernel.BEST.scores(query, values, out);
  }

  /** Returns the square of a centroid's length. */
  float square(int c) {
    return 2 * halfSquares[c];
  }

  /** Returns the square of the distance of a vector to a centroid. */
  float squaredDistance(int c, float[] vector) {
    float sum = 0;
    for (int d = 0; d < dim; d++) {
      float difference = vector[d] - values[d * size + c];
      sum += difference * difference;
    }
    return sum;
  }

  /** Returns the centroid at the smallest distance, or nearly; one thread at a time. */
  int nearest(float[] vector) {
    if (groups == null) {
      look(vector);
      return best();
    }
    return nearestOf(groups, vector);
  }

  private static int nearestOf(Groups groups, float[] vector) {
    Centroids middles = groups.middles();
    middles.look(vector);
    int nearest = 0;
    float nearestScore = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < Math.min(GROUPS_LOOKED_INTO, middles.size); i++) {
      int group = middles.best();
      middles.scratch[group] = Float.NEGATIVE_INFINITY;
      Centroids own = groups.members().get(group);
      own.look(vector);
      int member = own.size == 0 ? -1 : own.best();
      if (member >= 0 && own.scratch[member] > nearestScore) {
        nearestScore = own.scratch[member];
        nearest = groups.first()[group] + member;
      }
    }
    return nearest;
  }

  /** Leaves in the scratch what is higher the nearer a centroid is. */
  private void look(float[] vector) {
    Kernel.BEST.scores(vector, values, scratch);
    for (int c = 0; c < size; c++) {
      scratch[c] -= halfSquares[c];
    }
  }

  private int best() {
    int best = 0;
    for (int c = 1; c < size; c++) {
      if (scratch[c] > scratch[best]) {
        best = c;
      }
    }
    return best;
  }

  /** Writes them, with the groups that they were trained in. */
  void save(StateOutput state) {
    state.putInt(dim);
    state.putInt(size);
    state.put(values, values.length);
    state.put(halfSquares, size);
    state.putInt(groups == null ? 0 : groups.members().size());
    if (groups != null) {
      groups.middles().save(state);
      groups.members().forEach(each -> each.save(state));
      state.put(groups.first(), groups.first().length);
    }
  }

  /** Reads what was written. */
  static Centroids load(StateInput state) {
    int dim = state.getCount(1 << 16);
    int size = state.getCount(CellPerRow.CELLS_MAX);
    float[] values = new float[dim * size];
    float[] halfSquares = new float[size];
    state.get(values, values.length);
    state.get(halfSquares, size);
    int count = state.getCount(size);
    Groups groups = count == 0 ? null : loadGroups(state, count);
    Centroids loaded = new Centroids(dim, size, groups);
    System.arraycopy(values, 0, loaded.values, 0, values.length);
    System.arraycopy(halfSquares, 0, loaded.halfSquares, 0, size);
    return loaded;
  }

  private static Groups loadGroups(StateInput state, int count) {
    Centroids middles = load(state);
    List<Centroids> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      members.add(load(state));
    }
    int[] first = new int[count];
    state.get(first, count);
    return new Groups(middles, members, first);
  }
}
