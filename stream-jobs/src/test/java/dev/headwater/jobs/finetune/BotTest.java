package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.online.Example;
import dev.headwater.idp.online.OnlineConfig;
import dev.headwater.idp.rank.RankerWeights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * One user clicks ten thousand times within an hour, in turn on what others like and on the item
 * that is to be lifted (repeating that item alone teaches only what comes after itself). What the
 * bound leaves of it must not show in the item's rank for others. Any active user moves ranks,
 * those of items they never touch too; so the bot is compared with one who clicks the others and,
 * once, the item.
 */
class BotTest {
  private static final int ITEMS = 100;
  private static final int CLICKS = 10_000;
  private static final String NOTHING = "";
  private static final List<String> BOUGHT = List.of("i71", "i77", "i85", "i93");

  @Test
  void fiveThousandClicksLiftAnItemForOthersNoMoreThanOne() {
    FineTuneConfig.UserBound bound = FineTuneConfig.of(SmallModel.MODEL).settings().userBound();
    Map<String, Double> without = meanRanks(NOTHING, 0, bound);
    Map<String, Double> bots = new HashMap<>();
    Map<String, Double> honest = new HashMap<>();
    for (String item : BOUGHT) {
      bots.put(item, rankOf(item, meanRanks(item, CLICKS, bound)));
      honest.put(item, rankOf(item, meanRanks(item, 1, bound)));
    }
    String found =
        "mean ranks of %d: %s, with one click %s, with the bot %s"
            .formatted(ITEMS, without, honest, bots);
    double more = 0;
    for (String item : BOUGHT) {
      double gained = rankOf(item, honest) - rankOf(item, bots);
      assertThat(gained).as("ranks of %s beyond one click; %s", item, found).isLessThan(1);
      more += gained / BOUGHT.size();
    }
    assertThat(more).as("ranks beyond one click in the mean; " + found).isLessThan(0.5);
    double unbounded =
        rankOf(
            "i77",
            meanRanks("i77", CLICKS, FineTuneConfig.Settings.of(SmallModel.UNBOUNDED).userBound()));
    assertThat(rankOf("i77", without) - unbounded).as("without the bound").isGreaterThan(20);
  }

  /** What the ranker looks at of an item that others may be answered: links and popularity. */
  @Test
  void tenThousandClicksWeighNoMoreInListsAndPopularityThanThoseOfAnHonestUser() {
    FineTuneConfig.UserBound bound = FineTuneConfig.of(SmallModel.MODEL).settings().userBound();
    double[] bot = countsAfter(10_000, bound);
    double[] honest = countsAfter(4, bound); // who comes back to each
    assertThat(bot).as("popularity, links there and back").isEqualTo(honest);
    assertThat(bot[0]).isPositive();
    FineTuneConfig.UserBound none = FineTuneConfig.Settings.of(SmallModel.UNBOUNDED).userBound();
    assertThat(countsAfter(10_000, none)[0]).as("without the bound").isGreaterThan(100);
  }

  /** What the ranker learns is everybody's: one user must not teach it what experts are worth. */
  @Test
  void tenThousandClicksTeachTheRankerNoMoreThanAHundredDo() {
    FineTuneConfig.UserBound bound = FineTuneConfig.of(SmallModel.MODEL).settings().userBound();
    RankerWeights bot = weightsAfter(10_000, bound);
    assertThat(bot.steps()).isPositive().isLessThanOrEqualTo(bound.perUser());
    assertThat(bot.weights()).isDeepEqualTo(weightsAfter(bound.perUser() + 1, bound).weights());
    FineTuneConfig.UserBound none = FineTuneConfig.Settings.of(SmallModel.UNBOUNDED).userBound();
    assertThat(weightsAfter(10_000, none).steps()).as("without the bound").isGreaterThan(1_000);
  }

  /** Every item of the catalog clicked in turn by one user, so many times within the hour. */
  private static RankerWeights weightsAfter(int times, FineTuneConfig.UserBound bound) {
    try (Tables tables =
        new Tables(SmallModel.open(), OnlineConfig.defaults().withNegatives(8), 1)) {
      Learner learner = learner(tables);
      SmallModel.load(learner, 2 * ITEMS);
      Clicker clicker = new Clicker(bound);
      for (int i = 0; i < times; i++) {
        long nowMs = 1_000 + i * 300L;
        clicker
            .click("bot", "i" + i % (2 * ITEMS), nowMs)
            .forEach(example -> learner.onExample(example, nowMs));
        if (i % 30 == 0) {
          learner.onTick(nowMs);
        }
      }
      learner.learn();
      return learner.ranker().state().weights();
    }
  }

  /** Two items clicked in turn by one user, so many times within the hour. */
  private static double[] countsAfter(int times, FineTuneConfig.UserBound bound) {
    try (Tables tables =
        new Tables(SmallModel.open(), OnlineConfig.defaults().withNegatives(8), 1)) {
      Learner learner = learner(tables);
      SmallModel.load(learner, 10);
      Clicker clicker = new Clicker(bound);
      for (int i = 0; i < times; i++) {
        clicker
            .click("bot", i % 2 == 0 ? "i1" : "i2", 1_000 + i * 100L)
            .forEach(example -> learner.onExample(example, 1_000));
      }
      learner.learn();
      ItemCounts one = counts(learner, "i1");
      ItemCounts two = counts(learner, "i2");
      return new double[] {
        two.recent(0, two.lastTick(), CountConfig.defaults()),
        one.taken(one.lastTick(), CountConfig.defaults()),
        one.companions().weight(0),
        two.companions().weight(0)
      };
    }
  }

  /** One whose rows go nowhere. */
  private static Learner learner(Tables tables) {
    FineTuneConfig config = FineTuneConfig.of(SmallModel.MODEL);
    FineTuneStats stats = FineTuneStats.of("bot-test-" + System.nanoTime());
    Learner learner = new Learner(config, tables, stats, item -> true, 0);
    learner.publishTo(
        SmallModel.publisher(
            config, learner, stats, new Publisher.Outputs("rows", record -> {}, learner::setBack)));
    return learner;
  }

  private static ItemCounts counts(Learner learner, String item) {
    Row row = Objects.requireNonNull(learner.rows().get(item));
    return Objects.requireNonNull(row.counts);
  }

  private static double rankOf(String item, Map<String, Double> ranks) {
    return Objects.requireNonNull(ranks.get(item));
  }

  /** The items' mean ranks over the histories of others, after all was learned. */
  private static Map<String, Double> meanRanks(
      String bots, int times, FineTuneConfig.UserBound bound) {
    try (Tables tables =
        new Tables(SmallModel.open(), OnlineConfig.defaults().withNegatives(50), 1)) {
      Learner learner = learner(tables);
      for (int i = 0; i < ITEMS; i++) {
        learner.onRow(SmallModel.cold("i" + i, 1, 1, SmallModel.vector(i)), 0);
      }
      learner.build();
      learner.endLoading(List.of(), 0);
      play(learner, bots, times, new Clicker(bound));
      Map<String, Double> ranks = new HashMap<>();
      BOUGHT.forEach(item -> ranks.put(item, rank(tables, learner, item)));
      return ranks;
    }
  }

  private static void play(Learner learner, String bots, int times, Clicker clicker) {
    Random random = new Random(4);
    Random botsRandom = new Random(5); // the others do the same with and without it
    long timeMs = 1_000;
    for (int i = 0; i < CLICKS; i++) {
      String wanted = i / 2 < times ? bots : NOTHING;
      String clicked = i % 2 == 1 ? wanted : "i" + botsRandom.nextInt(70);
      if (!clicked.equals(NOTHING)) {
        clicker.click("bot", clicked, timeMs).forEach(e -> learner.onExample(e, 1_000));
      }
      if (i % 5 == 0) {
        String item = "i" + random.nextInt(70); // others like other items
        clicker
            .click("u" + random.nextInt(50), item, timeMs)
            .forEach(e -> learner.onExample(e, 1_000));
      }
      timeMs += 300;
    }
    learner.learn();
  }

  private static double rank(Tables tables, Learner learner, String item) {
    Random random = new Random(6);
    int target = slot(learner, item);
    List<Example> others = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int[] history = {
        slot(learner, "i" + random.nextInt(70)), slot(learner, "i" + random.nextInt(70))
      };
      others.add(new Example(history, target));
    }
    double sum = 0;
    for (double rank : tables.ranker().ranks(others, tables.tuner().table())) {
      sum += rank;
    }
    return sum / others.size();
  }

  private static int slot(Learner learner, String item) {
    return Objects.requireNonNull(learner.rows().get(item)).slot;
  }

  /** Histories and cursors as ingest and the first stage keep them. */
  private static final class Clicker {
    private final FineTuneConfig.UserBound bound;
    private final Map<String, UserHistory.Builder> histories = new HashMap<>();
    private final Map<String, UserCursor> cursors = new HashMap<>();

    Clicker(FineTuneConfig.UserBound bound) {
      this.bound = bound;
    }

    List<TrainingExample> click(String user, String item, long timeMs) {
      UserHistory.Builder history =
          histories.computeIfAbsent(user, u -> UserHistory.newBuilder().setDomain("shop"));
      history.addEntries(HistoryEntry.newBuilder().setItem(item).setEventTimeMs(timeMs));
      if (history.getEntriesCount() > 10) {
        history.removeEntries(0);
      }
      history.setSeq(history.getSeq() + 1).setCause(UserHistory.Cause.EVENT);
      history.setNewIndex(history.getEntriesCount() - 1).setEventId("e");
      UserCursor cursor = cursors.computeIfAbsent(user, u -> new UserCursor());
      return NewExamples.of(history.build(), cursor, bound).examples();
    }
  }
}
