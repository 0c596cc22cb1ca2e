package dev.headwater.idp.cdim;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Generates ID embeddings for new items from pools of known ones: {@code e_i = Σ_j w_ij · e_j} over
 * the {@code m} known items whose text is nearest to the new item's ("ID-centric Pre-training for
 * Recommendation", arXiv 2405.03562, section CDIM). A mean is shorter than its parts; with {@code
 * restoreNorm} it gets the weighted mean of their norms back. Safe for many threads.
 */
public final class Cdim {
  private final CdimConfig config;
  private final List<SourceIndex> pools;

  /**
   * Makes a matcher.
   *
   * @param config its settings
   * @param pools where to retrieve from; they may grow meanwhile
   */
  public Cdim(CdimConfig config, List<? extends SourceIndex> pools) {
    this.config = config;
    this.pools = List.copyOf(pools);
  }

  /**
   * Generates one embedding a text vector.
   *
   * @param textVectors rows of unit norm; zeros for an item without words
   * @return in the order given; without vector values and matches where all pools are empty or
   *     there are no words
   */
  public List<GeneratedEmbedding> generate(float[][] textVectors) {
    List<List<List<SourceIndex.Neighbour>>> found = new ArrayList<>(pools.size());
    for (SourceIndex pool : pools) {
      found.add(pool.nearest(textVectors, config.matches()));
    }
    List<GeneratedEmbedding> result = new ArrayList<>(textVectors.length);
    for (int q = 0; q < textVectors.length; q++) {
      List<SourceIndex.Neighbour> all = new ArrayList<>();
      if (norm(textVectors[q]) == 0) {
        result.add(combine(all));
        continue;
      }
      for (List<List<SourceIndex.Neighbour>> ofPool : found) {
        all.addAll(ofPool.get(q));
      }
      all.sort(Comparator.comparingDouble(n -> -n.similarity()));
      result.add(combine(all.subList(0, Math.min(all.size(), config.matches()))));
    }
    return result;
  }

  private GeneratedEmbedding combine(List<SourceIndex.Neighbour> neighbours) {
    if (neighbours.isEmpty()) {
      return new GeneratedEmbedding(new float[0], List.of(), 0);
    }
    double[] weights = weights(neighbours);
    float[] vector = new float[neighbours.get(0).embedding().length];
    List<SourceMatch> matches = new ArrayList<>(neighbours.size());
    double norm = 0;
    double squares = 0;
    for (int j = 0; j < weights.length; j++) {
      SourceIndex.Neighbour neighbour = neighbours.get(j);
      float[] embedding = neighbour.embedding();
      for (int d = 0; d < vector.length; d++) {
        vector[d] += (float) (weights[j] * embedding[d]);
      }
      double own = norm(embedding);
      norm += weights[j] * own;
      squares += weights[j] * own * own;
      matches.add(new SourceMatch(neighbour.domain(), neighbour.item(), (float) weights[j]));
    }
    double mean = norm(vector);
    double spread = Math.max(0, squares - mean * mean);
    if (config.restoreNorm()) {
      stretch(vector, norm);
    }
    return new GeneratedEmbedding(vector, List.copyOf(matches), (float) spread);
  }

  /** Positive, adding up to one, heaviest first. */
  private double[] weights(List<SourceIndex.Neighbour> neighbours) {
    double[] weights = new double[neighbours.size()];
    double top = neighbours.get(0).similarity();
    double sum = 0;
    for (int j = 0; j < weights.length; j++) {
      double similarity = neighbours.get(j).similarity();
      weights[j] =
          config.weighting() == Weighting.SOFTMAX
              ? Math.exp((similarity - top) / config.temperature())
              : Math.max(0, similarity);
      sum += weights[j];
    }
    for (int j = 0; j < weights.length; j++) {
      // No similarity is positive: nothing tells the matches apart.
      weights[j] = sum > 0 ? weights[j] / sum : 1.0 / weights.length;
    }
    return weights;
  }

  private static void stretch(float[] vector, double norm) {
    double now = norm(vector);
    if (now <= 0) {
      return;
    }
    for (int d = 0; d < vector.length; d++) {
      vector[d] *= (float) (norm / now);
    }
  }

  private static double norm(float[] vector) {
    double sum = 0;
    for (float value : vector) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }
}
