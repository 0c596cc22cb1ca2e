package dev.headwater.idp.rank;

import java.util.EnumMap;
import java.util.Map;

/**
 * Scores the candidates of one answer: the weights that count for it are summed up once. It reads
 * the table as it stands at each call. For one thread.
 */
public final class Scorer {
  private static final Expert[] EXPERTS = Expert.values();
  private static final Feature[] FEATURES = Feature.values();

  private final FeatureTable table;
  private final float[] weights;

  Scorer(float[][] weights, FeatureTable table) {
    this.table = table;
    this.weights = RankerWeights.of(weights, table);
  }

  /** The scores of all candidates, in the order of the table. */
  double[] scores() {
    double[] scores = new double[table.rows()];
    for (int row = 0; row < scores.length; row++) {
      scores[row] = score(row);
    }
    return scores;
  }

  /** The score of a candidate; that of a new item is raised. */
  public double score(int row) {
    return table.dot(row, weights) + NewItemBoost.of(table, row);
  }

  /** What each expert adds to a candidate's score; what a new item is raised by is nobody's. */
  public Map<Expert, Double> contributions(int row) {
    double[] parts = parts(row);
    Map<Expert, Double> sums = new EnumMap<>(Expert.class);
    for (Expert expert : EXPERTS) {
      sums.put(expert, parts[expert.number()]);
    }
    return sums;
  }

  /** The expert that adds most to a candidate's score. */
  public Expert strongest(int row) {
    double[] parts = parts(row);
    int most = 0;
    for (int i = 1; i < parts.length; i++) {
      most = parts[i] > parts[most] ? i : most;
    }
    return EXPERTS[most];
  }

  private double[] parts(int row) {
    double[] parts = new double[EXPERTS.length];
    for (Feature feature : FEATURES) {
      parts[feature.expert().number()] +=
          weights[feature.column()] * (double) table.get(row, feature);
    }
    return parts;
  }
}
