package dev.headwater.idp.evaluate;

import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.ItemBook;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.NearTexts;
import dev.headwater.idp.rank.CandidateSet;
import dev.headwater.idp.rank.Candidates;
import dev.headwater.idp.rank.Evidence;
import dev.headwater.idp.rank.FeatureTable;
import dev.headwater.idp.rank.Features;
import dev.headwater.idp.rank.HighestScores;
import dev.headwater.idp.rank.OnlineRanker;
import dev.headwater.idp.rank.RankConfig;
import dev.headwater.idp.rank.Ranker;
import dev.headwater.idp.rank.RankerPrior;
import dev.headwater.idp.rank.RankerState;
import dev.headwater.idp.rank.RankerWeights;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the product answers: candidates of all experts, ranked by what was learned so far. A target
 * that was no candidate comes last. For one thread.
 */
final class LiveAnswers {
  private static final float BEHIND = 1e5f;

  private final RankConfig config = RankConfig.defaults();
  private final ItemBook book;
  private final CandidateSet set = new CandidateSet(config.candidates());
  private final FeatureTable table = new FeatureTable();
  private final HighestScores highest = new HighestScores(config.learned());
  private final Candidates lists;
  private final Features features;
  private final OnlineRanker ranker =
      new OnlineRanker(RankerState.of(RankerPrior.weights()), config);
  private @Nullable Ranker settled;

  LiveAnswers(ItemBook book, List<NearTexts> texts) {
    this.book = book;
    Evidence evidence = new BookAndTexts(book, texts);
    lists = new Candidates(evidence, config);
    features = new Features(evidence, config);
  }

  private record BookAndTexts(ItemBook book, List<NearTexts> near) implements Evidence {
    @Override
    public @Nullable ItemCounts counts(int item) {
      return book.counts(item);
    }

    @Override
    public NearTexts texts(int item) {
      return near.get(item);
    }

    @Override
    public long tick() {
      return book.tick();
    }

    @Override
    public CountConfig config() {
      return book.config();
    }
  }

  /**
   * The rank of the item that followed; then the weights learn from it.
   *
   * @param idleMs milliseconds since the newest event of the history
   * @param weight how much the weights learn from it
   * @param logits of the learned rows, by item
   */
  double rankAndLearn(int[] history, long idleMs, int target, double weight, float[] logits) {
    fill(history, idleMs, logits);
    double[] scores = ranker.scores(table);
    int place = set.indexOf(target);
    double rank = place < 0 ? last(logits.length, history) : rank(scores, place);
    ranker.learn(table, place, weight);
    return rank;
  }

  /** The weights as they are now. */
  RankerWeights weights() {
    return ranker.weights();
  }

  /** Scores by these weights from now on, whatever is learned. */
  void settle(RankerWeights weights) {
    settled = new Ranker(weights);
  }

  /** The score of every item; those that are no candidates follow in the order of their rows. */
  float[] scores(int[] history, float[] logits) {
    fill(history, RankerWeights.UNKNOWN, logits);
    double[] ranked = settled == null ? ranker.scores(table) : settled.scores(table);
    float[] scores = new float[logits.length];
    for (int item = 0; item < scores.length; item++) {
      int place = set.indexOf(item);
      scores[item] = place < 0 ? logits[item] - BEHIND : (float) ranked[place];
    }
    return scores;
  }

  private void fill(int[] history, long idleMs, float[] logits) {
    set.start(history);
    offerBest(logits);
    lists.offer(history, set);
    for (int item : book.popular()) {
      set.offer(item);
    }
    features.fill(history, idleMs, set, item -> logits[item], table);
  }

  private void offerBest(float[] logits) {
    for (int item : highest.of(logits, free -> set.indexOf(free) == CandidateSet.NONE)) {
      set.offer(item);
    }
  }

  /** Behind all candidates, and behind all items that could have been asked for. */
  private double last(int items, int[] history) {
    return Math.max(set.size() + 1, items - Arrays.stream(history).distinct().count());
  }

  private static double rank(double[] scores, int place) {
    double rank = 1;
    for (int i = 0; i < scores.length; i++) {
      if (scores[i] > scores[place]) {
        rank++;
      } else if (i != place && scores[i] == scores[place]) {
        rank += 0.5;
      }
    }
    return rank;
  }
}
