package dev.headwater.idp.heldout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The protocol: every target is ranked among all items but those of the history, and among 99
 * uniformly drawn items (with replacement) that the user has not seen. Ties count half; a score
 * that is not a number comes last. Sampled numbers flatter: never show them alone.
 */
public final class Judge {
  private static final int MAX_BATCH = 256;
  private static final int SAMPLE = 99;
  private static final long SAMPLE_SEED = 42;

  private final int itemCount;

  /** Judges scorers of a domain of this size. */
  public Judge(int itemCount) {
    this.itemCount = itemCount;
  }

  /** Both protocols. */
  public Judgement judge(Scorer scorer, List<HeldOut> questions) {
    double[] ranks = new double[questions.size()];
    double[] sampledRanks = new double[questions.size()];
    int[][] samples = samples(questions);
    forEach(
        scorer,
        questions,
        (i, scores) -> {
          HeldOut question = questions.get(i);
          sampledRanks[i] = sampledRank(scores, question.target(), samples[i]);
          ranks[i] = FullRanking.rank(scores, question);
        });
    return Judgement.of(ranks, sampledRanks);
  }

  /** The rank of each target among all items but those of its history. */
  public double[] ranks(Scorer scorer, List<HeldOut> questions) {
    double[] ranks = new double[questions.size()];
    forEach(
        scorer, questions, (i, scores) -> ranks[i] = FullRanking.rank(scores, questions.get(i)));
    return ranks;
  }

  private interface Visitor {
    void visit(int question, float[] scores);
  }

  private static void forEach(Scorer scorer, List<HeldOut> questions, Visitor visitor) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, questions.size()).boxed().toList());
    order.sort(Comparator.comparingInt(i -> questions.get(i).history().length));
    for (int from = 0; from < order.size(); from += MAX_BATCH) {
      List<Integer> batch = order.subList(from, Math.min(order.size(), from + MAX_BATCH));
      float[][] scores =
          scorer.scores(batch.stream().map(i -> questions.get(i).history()).toList());
      for (int i = 0; i < scores.length; i++) {
        visitor.visit(batch.get(i), scores[i]);
      }
    }
  }

  /** The same samples for the same questions, whatever the scorer. */
  private int[][] samples(List<HeldOut> questions) {
    Random random = new Random(SAMPLE_SEED);
    int[][] samples = new int[questions.size()][];
    boolean[] seen = new boolean[itemCount];
    for (int i = 0; i < samples.length; i++) {
      HeldOut question = questions.get(i);
      mark(seen, question, true);
      long unseen = itemCount - Arrays.stream(question.history()).distinct().count() - 1;
      samples[i] = new int[(int) Math.min(SAMPLE, Math.max(0, unseen))];
      for (int k = 0; k < samples[i].length; ) {
        int item = random.nextInt(itemCount);
        if (!seen[item]) {
          samples[i][k++] = item;
        }
      }
      mark(seen, question, false);
    }
    return samples;
  }

  private static void mark(boolean[] seen, HeldOut question, boolean value) {
    for (int item : question.history()) {
      seen[item] = value;
    }
    seen[question.target()] = value;
  }

  private static double sampledRank(float[] scores, int target, int[] sample) {
    float own = scores[target];
    if (!Float.isFinite(own)) {
      return sample.length + 1.0;
    }
    double rank = 1;
    for (int item : sample) {
      if (scores[item] > own) {
        rank++;
      } else if (scores[item] == own) {
        rank += 0.5;
      }
    }
    return rank;
  }
}
