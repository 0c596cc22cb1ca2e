package dev.headwater.jobs.finetune;

import dev.headwater.idp.expert.ItemKnn;
import dev.headwater.idp.online.Example;
import dev.headwater.idp.online.RecentPopularity.Popular;
import dev.headwater.idp.rank.CandidateSet;
import dev.headwater.idp.rank.Candidates;
import dev.headwater.idp.rank.FeatureTable;
import dev.headwater.idp.rank.Features;
import dev.headwater.idp.rank.HighestScores;
import dev.headwater.idp.rank.OnlineRanker;
import dev.headwater.idp.rank.RankConfig;
import dev.headwater.idp.rank.RankerPrior;
import dev.headwater.idp.rank.RankerState;
import dev.headwater.idp.rank.WeightGradient;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the product would have answered before an event: candidates of all experts, ranked by the
 * domain's weights, which learn from the event in the one shard that owns them. Beside it the
 * strongest simple contender. For one thread.
 */
final class DomainRanker {
  /** What a share of the late events weighs beside links, as in {@code evaluate}. */
  private static final float RECENT_WEIGHT = 30;

  /** Once in so many events it is seen to that no popular item is missing. */
  private static final int SETTLE_EVENTS = 1_024;

  private final RankConfig config = RankConfig.defaults();
  private final Counting counting;
  private final RowTable rows;
  private final float logitScale;
  private final CandidateSet set = new CandidateSet(config.candidates());
  private final FeatureTable table = new FeatureTable();
  private final HighestScores highest = new HighestScores(config.learned());
  private final Candidates lists;
  private final Features features;
  private final ItemKnn knn;
  private int settled;
  private OnlineRanker ranker = new OnlineRanker(RankerState.of(RankerPrior.weights()), config);

  DomainRanker(RowTable rows, float logitScale) {
    this.rows = rows;
    this.logitScale = logitScale;
    counting = rows.counting();
    lists = new Candidates(counting.book(), config);
    features = new Features(counting.book(), config);
    knn = ItemKnn.of(counting.book());
  }

  /** Goes on with other weights. */
  void set(RankerState state) {
    ranker = new OnlineRanker(state, config);
  }

  /** Returns what was learned so far. */
  RankerState state() {
    return ranker.state();
  }

  /** Returns the candidates of the last event. */
  CandidateSet candidates() {
    return set;
  }

  /** Returns their features. */
  FeatureTable table() {
    return table;
  }

  /**
   * What ranking an event gave.
   *
   * @param rank of the item that followed
   * @param said of the weights, null where nothing is learned from it
   */
  record Ranked(double rank, @Nullable WeightGradient said) {}

  /**
   * Ranks the item that followed; one that was no candidate comes last. Changes no weights.
   *
   * @param slots the event; a dislike says the opposite of the weights
   * @param idleMs milliseconds since the user's event before it; below 0 where that is not known
   * @param scores of the rows for this history, by slot
   * @param says whether it is worked out what the event says of the weights
   */
  Ranked rank(Example slots, long idleMs, float[] scores, boolean says) {
    int[] history = slots.history();
    int[] numbers = numbers(history);
    fill(numbers, idleMs, scores);
    int place = set.indexOf(rows.at(slots.target()).number);
    double rank =
        place < 0
            ? Math.max(set.size() + 1, rows.size() - Arrays.stream(history).distinct().count())
            : rank(ranker.scores(table), place);
    return new Ranked(rank, says ? ranker.say(table, place, slots.weight()) : null);
  }

  /** Learns from an event that was ranked. */
  void take(WeightGradient said) {
    ranker.take(said);
  }

  /** Finds candidates of a history of numbers and fills their features. */
  void fill(int[] history, long idleMs, float[] scores) {
    if (settled++ % SETTLE_EVENTS == 0) {
      counting.book().settle();
    }
    set.start(history);
    offerBest(scores);
    lists.offer(history, set);
    for (int item : counting.book().popular()) {
      if (counting.row(item) != null) {
        set.offer(item);
      }
    }
    features.fill(history, idleMs, set, item -> score(item, scores), table);
  }

  private float score(int item, float[] scores) {
    Row row = counting.row(item);
    return row == null || row.slot >= scores.length ? Float.NaN : logitScale * scores[row.slot];
  }

  private void offerBest(float[] scores) {
    for (int slot : highest.of(scores, this::isFree)) {
      set.offer(rows.at(slot).number);
    }
  }

  /** Slots of ended rows keep what was left there. */
  private boolean isFree(int slot) {
    Row row = rows.at(slot);
    return !row.ended && set.indexOf(row.number) == CandidateSet.NONE;
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

  /**
   * What the late events add to the scores of the simple contender.
   *
   * @param numbers of their items
   * @param scores what is added for each
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
  record Late(int[] numbers, float[] scores) {}

  /**
   * Looks up the items of the late events, once for many examples.
   *
   * @param recent of the late events
   * @param events how many those are at most
   */
  Late late(List<Popular<String>> recent, int events) {
    int[] numbers = new int[recent.size()];
    float[] scores = new float[numbers.length];
    int known = 0;
    for (Popular<String> popular : recent) {
      Row row = rows.get(popular.item());
      if (row != null) {
        numbers[known] = row.number;
        scores[known++] = RECENT_WEIGHT * popular.count() / events;
      }
    }
    return new Late(Arrays.copyOf(numbers, known), Arrays.copyOf(scores, known));
  }

  /** Ranks the item by counts and late events alone, among all items. */
  double simpleRank(Example slots, Late late) {
    int[] numbers = numbers(slots.history());
    float[] scores = knn.scores(numbers, counting.highest());
    for (int i = 0; i < late.numbers().length; i++) {
      scores[late.numbers()[i]] += late.scores()[i];
    }
    for (int number : numbers) {
      scores[number] = Float.NEGATIVE_INFINITY;
    }
    int own = rows.at(slots.target()).number;
    double rank = 1;
    for (int number = 0; number < scores.length; number++) {
      if (number != own && counting.row(number) != null) {
        rank += scores[number] > scores[own] ? 1 : scores[number] == scores[own] ? 0.5 : 0;
      }
    }
    return rank;
  }

  private int[] numbers(int[] slots) {
    return Arrays.stream(slots).map(slot -> rows.at(slot).number).toArray();
  }
}
