package dev.headwater.idp.rank;

import dev.headwater.idp.expert.FastMath;
import org.jspecify.annotations.Nullable;

/**
 * Learns the ranker's weights from the events it ranks: one step of AdaGrad an event on the softmax
 * over the candidates. An event whose item was no candidate teaches nothing: pulled in for learning
 * alone, such items would teach that what experts name is wrong. For one thread.
 *
 * <p>Order within one event: {@link Features#fill}, {@link #scores}, {@link #learn}, and only then
 * the counts and the rows.
 */
public final class OnlineRanker {
  private static final double MOST_GRADIENT = 20;

  private final float rate;
  private final float[][] weights;
  private final float[][] squares;
  private long steps;

  /** Goes on from a state. */
  public OnlineRanker(RankerState state, RankConfig config) {
    rate = config.rate();
    weights = RankerWeights.copy(state.weights().weights());
    squares = RankerWeights.copy(state.squares());
    steps = state.weights().steps();
  }

  /** The score of each candidate as it would be answered, with the weights as they are. */
  public double[] scores(FeatureTable table) {
    return new Scorer(weights, table).scores();
  }

  /**
   * Takes one step: what {@link #say} says is given to {@link #take}.
   *
   * @param table the features that the event was ranked by
   * @param target the place of the item that followed; below 0 if it was no candidate
   * @param weight of the event; below 0 for a dislike, which pushes the item down
   * @return false if nothing was learned: no candidate, or a step that would break the weights
   */
  public boolean learn(FeatureTable table, int target, double weight) {
    WeightGradient said = say(table, target, weight);
    return said != null && take(said);
  }

  /**
   * What an event says of the weights; changes nothing. Parameters are those of {@link #learn}.
   *
   * @return null if nothing is learned from it
   */
  public @Nullable WeightGradient say(FeatureTable table, int target, double weight) {
    if (target < 0 || weight == 0 || table.rows() < 2) {
      return null;
    }
    return new WeightGradient(RankerWeights.rows(table.context()), gradient(table, target, weight));
  }

  /** Takes the step; false if it would break the weights. */
  public boolean take(WeightGradient said) {
    double norm = norm(said.values());
    if (!Double.isFinite(norm)) {
      return false;
    }
    for (int row : said.contexts()) {
      step(row, said.values(), Math.min(1, MOST_GRADIENT / norm));
    }
    steps++;
    return true;
  }

  /** What is served. */
  public RankerWeights weights() {
    return new RankerWeights(steps, weights);
  }

  /** What a checkpoint keeps. */
  public RankerState state() {
    return new RankerState(weights(), squares);
  }

  /**
   * The gradient of {@code −weight·ln p(target)}, or of {@code weight·ln(1 − p(target))} for a
   * weight below 0.
   */
  double[] gradient(FeatureTable table, int target, double weight) {
    double[] chances = softmax(RankerWeights.scores(weights, table));
    double own = chances[target];
    double factor = weight > 0 ? weight : weight * own / Math.max(1e-3, 1 - own);
    double[] gradient = new double[Feature.COUNT];
    for (int row = 0; row < chances.length; row++) {
      table.addTo(gradient, row, factor * (chances[row] - (row == target ? 1 : 0)));
    }
    return gradient;
  }

  private static double norm(double[] gradient) {
    double square = 1e-12;
    for (double value : gradient) {
      square += value * value;
    }
    return Math.sqrt(square);
  }

  private void step(int row, double[] gradient, double scale) {
    for (int k = 0; k < Feature.COUNT; k++) {
      double g = gradient[k] * scale;
      squares[row][k] += (float) (g * g);
      double moved = weights[row][k] - rate * g / Math.sqrt(squares[row][k] + 1e-8);
      weights[row][k] = (float) Math.max(-RankerWeights.MOST, Math.min(RankerWeights.MOST, moved));
    }
  }

  private static double[] softmax(double[] scores) {
    double max = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      max = Math.max(max, score);
    }
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      scores[i] = FastMath.exp(scores[i] - max);
      sum += scores[i];
    }
    for (int i = 0; i < scores.length; i++) {
      scores[i] /= sum;
    }
    return scores;
  }
}
