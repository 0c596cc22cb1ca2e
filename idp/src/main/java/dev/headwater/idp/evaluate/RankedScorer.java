package dev.headwater.idp.evaluate;

import dev.headwater.idp.expert.ItemBook;
import dev.headwater.idp.expert.NearTexts;
import dev.headwater.idp.heldout.HeldOut;
import dev.headwater.idp.heldout.Scorer;
import dev.headwater.idp.rank.RankerWeights;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * The product's ranker where there is no stream: its weights learn from the validation users, over
 * rows and counts of the training sequences. A stream goes on moving its weights; here they are
 * held still afterwards, so the mean of the last pass is taken, which the noise of the last steps
 * does not reach (averaged stochastic gradient descent: Polyak and Juditsky 1992). For one thread.
 */
final class RankedScorer implements Scorer {
  private static final int PASSES = 5;
  private static final int BATCH = 256;

  private final Scorer rows;
  private final float logitScale;
  private final LiveAnswers answers;

  /**
   * Starts with the prior.
   *
   * @param rows scores of the learned rows
   * @param logitScale what makes logits of them
   * @param book counts of the training sequences
   * @param texts near texts, by item
   */
  RankedScorer(Scorer rows, float logitScale, ItemBook book, List<NearTexts> texts) {
    this.rows = rows;
    this.logitScale = logitScale;
    answers = new LiveAnswers(book, texts);
  }

  /** Learns the weights, some passes over the questions in an order drawn by the seed. */
  void learn(List<HeldOut> questions, long seed) {
    List<HeldOut> order = new ArrayList<>(questions);
    Random random = new Random(seed);
    MeanWeights mean = new MeanWeights();
    for (int pass = 1; pass <= PASSES; pass++) {
      Collections.shuffle(order, random);
      for (int from = 0; from < order.size(); from += BATCH) {
        learn(order.subList(from, Math.min(order.size(), from + BATCH)));
        if (pass == PASSES) {
          mean.add(answers.weights());
        }
      }
    }
    mean.get().ifPresent(answers::settle);
  }

  private void learn(List<HeldOut> batch) {
    List<float[]> logits = logits(batch.stream().map(HeldOut::history).toList());
    for (int i = 0; i < batch.size(); i++) {
      answers.rankAndLearn(
          batch.get(i).history(), RankerWeights.UNKNOWN, batch.get(i).target(), 1, logits.get(i));
    }
  }

  @Override
  public float[][] scores(List<int[]> histories) {
    List<float[]> logits = logits(histories);
    float[][] scores = new float[histories.size()][];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = answers.scores(histories.get(i), logits.get(i));
    }
    return scores;
  }

  private List<float[]> logits(List<int[]> histories) {
    float[][] scores = rows.scores(histories);
    for (float[] ofHistory : scores) {
      for (int item = 0; item < ofHistory.length; item++) {
        ofHistory[item] *= logitScale;
      }
    }
    return List.of(scores);
  }
}
