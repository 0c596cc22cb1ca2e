package dev.headwater.serving.recommend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.headwater.events.RowRecord;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.ItemBook;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.ItemCountsCodec;
import dev.headwater.idp.expert.NearTexts;
import dev.headwater.idp.rank.CandidateSet;
import dev.headwater.idp.rank.Candidates;
import dev.headwater.idp.rank.Evidence;
import dev.headwater.idp.rank.Feature;
import dev.headwater.idp.rank.FeatureTable;
import dev.headwater.idp.rank.Features;
import dev.headwater.idp.rank.HighestScores;
import dev.headwater.idp.rank.RankConfig;
import dev.headwater.idp.rank.Ranker;
import dev.headwater.idp.rank.RankerWeights;
import dev.headwater.serving.Rows;
import dev.headwater.serving.items.ItemIds;
import dev.headwater.serving.items.Measure;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.ExpertRows;
import dev.headwater.serving.state.Experts;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.serving.users.UserArchive;
import dev.headwater.serving.users.UserTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A learner counts clicks and publishes rows; serving reads them. Both then see the same features
 * of the same candidates: each feature is looked at through weights that look at it alone.
 */
class SkewTest {
  private static final int ITEMS = 300;
  private static final int CLICKS = 2_000;
  private static final float LOGIT_SCALE = 2.5f;

  private final Random random = new Random(11);
  private final float[][] rows = new float[ITEMS][2];
  private final ItemBook book = new ItemBook(CountConfig.defaults());
  private final List<NearTexts> texts = new ArrayList<>();
  private final ItemIds ids = new ItemIds();
  private final Experts experts = new Experts(ids);
  private final ModelTable table = ExpertRows.table(experts);

  /** What the learner holds. */
  private final class Learner implements Evidence {
    @Override
    public @Nullable ItemCounts counts(int item) {
      return book.counts(item);
    }

    @Override
    public NearTexts texts(int item) {
      return texts.get(item);
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

  /** Numbers of the learner and of serving differ, as in two processes. */
  private static String name(int item) {
    return "item-" + item;
  }

  private void learn() {
    for (int i = 0; i < ITEMS; i++) {
      rows[i] = new float[] {(float) random.nextGaussian(), (float) random.nextGaussian()};
      int pair = i ^ 1; // texts come in pairs, both ways
      texts.add(new NearTexts(new int[] {pair}, new float[] {0.3f + 0.6f * (pair >> 1) / ITEMS}));
    }
    for (int click = 0; click < CLICKS; click++) {
      int[] history = new int[random.nextInt(12)];
      for (int i = 0; i < history.length; i++) {
        history[i] = item();
      }
      book.learn(history, item(), 1);
    }
  }

  /** Half of the items are never taken. */
  private int item() {
    return (int) (ITEMS / 2 * Math.pow(random.nextDouble(), 2));
  }

  private void publish() {
    for (int i = ITEMS - 1; i >= 0; i--) {
      String near = name(texts.get(i).items()[0]);
      EmbeddingRow cold =
          Objects.requireNonNull(ExpertRows.cold(i, name(i), rows[i], near).row()).toBuilder()
              .setNearTexts(
                  0,
                  dev.headwater.events.wire.NearText.newBuilder()
                      .setItem(near)
                      .setCosine(texts.get(i).cosines()[0]))
              .build();
      take(RowRecord.Kind.COLD, cold);
      ItemCounts counts = book.counts(i);
      if (counts != null) {
        byte[] bytes = ItemCountsCodec.encode(counts, SkewTest::name);
        take(
            RowRecord.Kind.TUNED,
            Rows.tuned("d", name(i), 1, 1, rows[i]).toBuilder()
                .setCounts(ByteString.copyFrom(bytes))
                .build());
      }
    }
  }

  private void take(RowRecord.Kind kind, EmbeddingRow row) {
    table.onRow(ids.code(row.getItem()), ExpertRows.record(kind, 0, row));
  }

  private FeatureTable learned(int[] history, float[] vector, CandidateSet set) {
    Evidence evidence = new Learner();
    set.start(history);
    for (int item = 0; item < ITEMS; item++) {
      set.offer(item);
    }
    FeatureTable features = new FeatureTable();
    new Candidates(evidence, RankConfig.defaults()).offer(history, set);
    new Features(evidence, RankConfig.defaults())
        .fill(
            history, 5, set, item -> LOGIT_SCALE * Measure.DOT.score(vector, rows[item]), features);
    return features;
  }

  /** As the learner finds them: rows, lists, what is popular. */
  private CandidateSet found(int[] history, float[] vector) {
    CandidateSet set = new CandidateSet(2 * ITEMS);
    set.start(history);
    float[] scores = new float[ITEMS];
    for (int item = 0; item < ITEMS; item++) {
      scores[item] = Measure.DOT.score(vector, rows[item]);
    }
    HighestScores highest = new HighestScores(RankConfig.defaults().learned());
    for (int item : highest.of(scores, free -> set.indexOf(free) == CandidateSet.NONE)) {
      set.offer(item);
    }
    new Candidates(new Learner(), RankConfig.defaults()).offer(history, set);
    for (int item : book.popular()) {
      set.offer(item);
    }
    return set;
  }

  private Map<String, Float> served(int[] history, float[] vector) {
    return served(history, vector, ITEMS);
  }

  private Map<String, Float> served(int[] history, float[] vector, int count) {
    int[] codes = new int[history.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = ids.code(name(history[i]));
    }
    Query query = new Query(count, false, List.of(), ItemFilter.ALL, false, false, Mix.NONE, null);
    Map<String, Float> scores = new HashMap<>();
    Domain domain = new Domain("d", new UserTable(10, UserArchive.NONE), 10, List.of());
    Ask ask =
        new Ask(Ask.Kind.EXPERTS, vector, Measure.DOT, Asked.of(codes), new int[0], query, ITEMS);
    Pool pool = new TablePool(domain, table, LOGIT_SCALE, ask);
    Pool.Experience experience = Objects.requireNonNull(pool.experience());
    try (ExpertSource source = new ExpertSource(pool, experience, query, 5, true)) {
      source.best(count).forEach(each -> scores.put(ids.id(each.code()), each.score()));
    }
    return scores;
  }

  /** What it says of a candidate is what new items are raised by. */
  private static final Ranker NO_WEIGHTS =
      new Ranker(new RankerWeights(0, new float[RankerWeights.ROWS][Feature.COUNT]));

  @Test
  void servingSeesEveryFeatureAsLearningDoes() {
    learn();
    publish();
    int[][] histories = {{3}, {1, 200, 7}, {9, 4, 30, 2, 11, 5, 60, 8, 140, 12, 13, 1}};
    for (int[] history : histories) {
      float[] vector = {0.4f, -0.7f};
      CandidateSet set = new CandidateSet(2 * ITEMS);
      FeatureTable learned = learned(history, vector, set);
      double[] raised = NO_WEIGHTS.scores(learned);
      long generation = 0;
      for (Feature feature : Feature.values()) {
        table.onWeights(ExpertRows.weights(++generations, ExpertRows.of(++generation, feature)));
        Map<String, Float> served = served(history, vector);
        assertThat(served).hasSize(set.size());
        for (int place = 0; place < set.size(); place++) {
          assertThat(served.get(name(set.item(place))))
              .as("%s of %s", feature, name(set.item(place)))
              .isCloseTo(learned.get(place, feature) + (float) raised[place], within(1e-5f));
        }
      }
    }
  }

  /** The newest items are answered as well: shares are of what learning would have found. */
  @Test
  void theNewestItemsChangeNoShares() {
    learn();
    publish();
    int[] history = {3};
    float[] vector = {0.4f, -0.7f};
    CandidateSet set = found(history, vector);
    assertThat(set.size()).isLessThan(ITEMS - ExpertSource.NEWEST / 2);
    FeatureTable learned = new FeatureTable();
    new Features(new Learner(), RankConfig.defaults())
        .fill(
            history, 5, set, item -> LOGIT_SCALE * Measure.DOT.score(vector, rows[item]), learned);
    double[] raised = NO_WEIGHTS.scores(learned);
    table.onWeights(ExpertRows.weights(1, ExpertRows.of(1, Feature.LEARNED)));
    Map<String, Float> served = served(history, vector, 50);
    int compared = 0;
    for (int place = 0; place < set.size(); place++) {
      Float score = served.get(name(set.item(place)));
      if (score != null) {
        compared++;
        assertThat(score)
            .as(name(set.item(place)))
            .isCloseTo(learned.get(place, Feature.LEARNED) + (float) raised[place], within(1e-5f));
      }
    }
    assertThat(compared).isGreaterThan(30);
  }

  private long generations;
}
