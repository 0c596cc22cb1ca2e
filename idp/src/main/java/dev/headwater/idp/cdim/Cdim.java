package dev.headwater.idp.cdim;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Generates the ID embedding of a new item from known ones: {@code e_i = Σ_j w_ij · e_j} over the
 * {@code m} known items whose text is nearest to the new item's ("ID-centric Pre-training for
 * Recommendation", arXiv 2405.03562, section CDIM). A mean is shorter than its parts; with {@code
 * restoreNorm} it gets the weighted mean of their norms back. Safe for many threads.
 */
final class Cdim {
  private final CdimConfig config;

  Cdim(CdimConfig config) {
    this.config = config;
  }

  /**
   * The embedding of one item from the nearest of what was found.
   *
   * @param text its text vector; zeros match nothing
   * @param found what is near it, a list a pool
   * @return without vector values and matches where there is nothing
   */
  GeneratedEmbedding generate(float[] text, List<List<SourceIndex.Neighbour>> found) {
    List<SourceIndex.Neighbour> all = new ArrayList<>();
    if (norm(text) > 0) {
      found.forEach(all::addAll);
    }
    all.sort(Comparator.comparingDouble(n -> -n.similarity()));
    return combine(all.subList(0, Math.min(all.size(), config.matches())));
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

  static double norm(float[] vector) {
    double sum = 0;
    for (float value : vector) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }
}
