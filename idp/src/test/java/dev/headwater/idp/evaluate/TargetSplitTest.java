package dev.headwater.idp.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.idp.cdim.CdimConfig;
import dev.headwater.idp.cdim.ColdStartRule;
import dev.headwater.idp.cdim.ColdStartRule.WarmPool;
import dev.headwater.idp.cdim.Weighting;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Event;
import dev.headwater.idp.data.Item;
import dev.headwater.idp.heldout.HeldOut;
import dev.headwater.idp.train.LossKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a target is cut into what is trained and what is asked, and by which settings. */
class TargetSplitTest {
  private static final int ITEMS = 40;

  @Test
  void theLastEventIsAskedTheOneBeforeValidatesTheRestTrains() {
    TargetData data = target(List.of(List.of(3, 4, 5, 6), List.of(7, 8)));
    assertThat(data.train()).hasSize(1);
    assertThat(data.train().get(0)).containsExactly(3, 4);
    assertThat(data.validation().get(0).target()).isEqualTo(5);
    assertThat(data.validation().get(0).history()).containsExactly(3, 4);
    assertThat(data.test().get(0).target()).isEqualTo(6);
    assertThat(data.test().get(0).history()).containsExactly(3, 4, 5);
    assertThat(data.test()).as("two events are too few").hasSize(1);
  }

  @Test
  void theNewestDaysAreAskedAndNothingOfThemTrains() {
    long day = Duration.ofDays(1).toSeconds();
    List<Event> events =
        List.of(
            event("back", 1, 0),
            event("back", 2, day),
            event("back", 3, 2 * day),
            event("back", 4, 9 * day),
            event("back", 5, 10 * day),
            event("gone", 6, day),
            event("gone", 7, 2 * day),
            event("gone", 8, 8 * day),
            event("new", 9, 9 * day),
            event("new", 10, 10 * day),
            event("once", 11, 10 * day));
    TargetData data =
        TargetData.newest(
            new DomainData("d", items(), events, true), new float[ITEMS][2], Duration.ofDays(2));
    assertThat(data.train()).containsExactly(new int[] {1, 2}, new int[] {6, 7});
    assertThat(data.validation()).extracting(HeldOut::target).containsExactly(3, 8);
    assertThat(data.test()).extracting(HeldOut::target).containsExactly(5, 10);
    assertThat(data.test().get(0).history()).containsExactly(1, 2, 3, 4);
    assertThat(data.test().get(1).history()).containsExactly(9);
    assertThat(data.trained()).hasSize(ITEMS);
  }

  @Test
  void anItemIsTrainedIfATrainingSequenceHoldsIt() {
    boolean[] trained = target(List.of(List.of(3, 4, 5, 6))).trained();
    assertThat(trained).hasSize(ITEMS);
    for (int item = 0; item < ITEMS; item++) {
      assertThat(trained[item]).as("item %d", item).isEqualTo(item == 3 || item == 4);
    }
  }

  @Test
  void coldItemsLeaveTrainingAltogether() {
    ColdSplit split = split(1);
    Set<Integer> warm = new HashSet<>();
    for (int item : split.warmItems()) {
      warm.add(item);
    }
    assertThat(split.coldItems()).hasSize(ITEMS / 10);
    assertThat(warm).hasSize(ITEMS - ITEMS / 10);
    for (int cold : split.coldItems()) {
      assertThat(warm).doesNotContain(cold);
      assertThat(split.isCold()[cold]).isTrue();
    }
    TargetData left = split.warm();
    assertThat(left.itemCount()).isEqualTo(warm.size());
    assertThat(left.train())
        .allMatch(sequence -> Arrays.stream(sequence).allMatch(i -> i >= 0 && i < warm.size()));
  }

  @Test
  void whatIsLeftIsTheSameUnderItsNewNumbers() {
    ColdSplit split = split(1);
    List<int[]> before = split.all().train();
    List<int[]> after = split.warm().train();
    assertThat(after).hasSameSizeAs(before);
    for (int i = 0; i < before.size(); i++) {
      int[] expected = Arrays.stream(before.get(i)).filter(item -> !split.isCold()[item]).toArray();
      int[] found = Arrays.stream(after.get(i)).map(item -> split.warmItems()[item]).toArray();
      assertThat(found).containsExactly(expected);
    }
    for (int i = 0; i < split.warmItems().length; i++) {
      assertThat(split.warm().texts()[i]).isSameAs(split.all().texts()[split.warmItems()[i]]);
    }
  }

  @Test
  void questionsWithoutTargetOrHistoryAreNotAsked() {
    ColdSplit split = split(1);
    for (HeldOut question : split.warm().test()) {
      assertThat(question.history()).isNotEmpty();
      assertThat(question.target()).isBetween(0, split.warm().itemCount() - 1);
    }
    List<HeldOut> cold = split.asking(split.all().test(), true);
    List<HeldOut> warm = split.asking(split.all().test(), false);
    assertThat(cold).isNotEmpty().allMatch(q -> split.isCold()[q.target()]);
    assertThat(warm).noneMatch(q -> split.isCold()[q.target()]);
    assertThat(cold.size() + warm.size()).isEqualTo(split.all().test().size());
  }

  @Test
  void aSplitIsRepeatedByItsSeed() {
    assertThat(split(3).coldItems()).containsExactly(split(3).coldItems());
    assertThat(split(4).coldItems()).isNotEqualTo(split(3).coldItems());
  }

  @Test
  void aStreamIsInOrderOfTimeWhoeverActs() {
    List<StreamEvents.Entry> events =
        StreamEvents.of(
            new DomainData(
                "d",
                items(),
                List.of(event("u", 1, 30), event("u", 2, 50), event("v", 3, 10), event("v", 4, 40)),
                true),
            StreamSettings.Signals.ALIKE);
    assertThat(events).extracting(StreamEvents.Entry::item).containsExactly(3, 1, 4, 2);
    assertThat(events).extracting(StreamEvents.Entry::user).containsExactly(1, 0, 1, 0);
  }

  @Test
  void eventsWeighAsTheySayAndThoseOfNoWeightAreLeftOut() {
    DomainData data =
        new DomainData(
            "d", items(), List.of(event("u", 1, 1), event("u", 2, 2), event("u", 3, 3)), true);
    StreamSettings.Signals signals =
        new StreamSettings.Signals(
            event -> event.timestamp() - 2, event -> event.timestamp() != 1); // -1, 0, 1
    List<StreamEvents.Entry> events = StreamEvents.of(data, signals);
    assertThat(events).extracting(StreamEvents.Entry::item).containsExactly(1, 3);
    assertThat(events).extracting(StreamEvents.Entry::weight).containsExactly(-1f, 1f);
    assertThat(events).extracting(StreamEvents.Entry::wanted).containsExactly(false, true);
  }

  @Test
  void tiesAreBrokenAlikeInWhateverOrderTheyCome() {
    List<Event> tied = new ArrayList<>();
    for (int user = 0; user < 20; user++) {
      tied.add(event("u" + user, user, 7));
    }
    List<Event> turned = new ArrayList<>(tied);
    java.util.Collections.reverse(turned);
    List<Integer> one = order(tied);
    assertThat(order(turned)).isEqualTo(one);
    assertThat(one)
        .as("not the order of the file")
        .isNotEqualTo(order(tied).stream().sorted().toList());
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aModeIsFoundByItsFlag(Mode mode) {
    assertThat(mode.flag()).matches("[a-z0-9]+(-[a-z]+)*");
    assertThat(Mode.of(mode.flag())).isEqualTo(mode);
    assertThat(
            mode.makesEncoder()
                || mode.needsBundle()
                || mode.name()
                    .matches("POPULARITY|TEXT_KNN|ITEM_KNN|EASE|GRU4REC|BERT4REC|FDSA|DACDR"))
        .isTrue();
  }

  @Test
  void anUnknownModeIsRefused() {
    assertThatThrownBy(() -> Mode.of("Scratch")).hasMessageContaining("Scratch");
    assertThat(Mode.NEW_ENCODER.makesEncoder() && Mode.NEW_ENCODER.needsBundle()).isTrue();
  }

  @Test
  void settingsAreReplacedByName() {
    TargetSettings before = TargetSettings.defaults(100, ColdStartRule.of(100), 7);
    TargetSettings after =
        before.with(
            Map.of(
                "dropout", "0.125",
                "start-factor", "0.3",
                "matches", "7",
                "warm-items", "12",
                "warm-pool", "trained",
                "swap-neighbours", "4",
                "swap-probability", "0.5"));
    assertThat(after.train().dropout()).isEqualTo(0.125f);
    assertThat(after.train().seed()).isEqualTo(7);
    assertThat(after.startFactor()).isEqualTo(0.3f);
    assertThat(after.swapNeighbours()).isEqualTo(4);
    assertThat(after.swapProbability()).isEqualTo(0.5f);
    assertThat(after.coldStart())
        .isEqualTo(
            ColdStartRule.of(100)
                .withMatcher(CdimConfig.defaults().withMatches(7))
                .withWarmItems(12)
                .withWarmPool(WarmPool.TRAINED));
    assertThat(before.with(Map.of()).toString()).isEqualTo(before.toString());
  }

  @Test
  void thePapersFormDiffersInOurDeparturesAndEachCanBeHadBack() {
    TargetSettings ours = TargetSettings.defaults(100, ColdStartRule.of(100), 7);
    TargetSettings paper = ours.paper();
    assertThat(paper.train().loss()).isEqualTo(LossKind.BCE);
    assertThat(paper.train().average()).isZero();
    assertThat(paper.train().learnScale()).isFalse();
    assertThat(paper.train().windows()).isEqualTo(1);
    assertThat(paper.coldStart().matcher().weighting()).isEqualTo(Weighting.LINEAR);
    assertThat(paper.coldStart().matcher().restoreNorm()).isFalse();
    assertThat(paper.centred()).isFalse();
    TargetSettings back =
        paper.with(
            Map.of(
                "loss", "auto",
                "average", "0.8",
                "learn-scale", "true",
                "windows", "20",
                "weighting", "softmax",
                "temperature", "0.05",
                "matches", "20",
                "restore-norm", "true",
                "centred", "true"));
    assertThat(back.toString()).isEqualTo(ours.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "colour=red",
        "matches=many",
        "matches=0",
        "warm-items=0",
        "warm-pool=cold",
        "swap-probability=2",
        "swap-neighbours=0",
        "weighting=square",
        "temperature=0",
        "restore-norm=perhaps",
        "centred=yes",
        "dropout=x"
      })
  void refusesSettingsThatItCannotUse(String setting) {
    int equals = setting.indexOf('=');
    Map<String, String> change =
        Map.of(setting.substring(0, equals), setting.substring(equals + 1));
    assertThatThrownBy(() -> TargetSettings.defaults(100, ColdStartRule.of(100), 7).with(change))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLargeTargetHasItsOwnDefaults() {
    assertThat(TargetSettings.defaults(499_999, ColdStartRule.of(100), 1).train().dropout())
        .isEqualTo(0.5f);
    TargetSettings large = TargetSettings.defaults(500_000, ColdStartRule.of(100), 1);
    assertThat(large.train().dropout()).isEqualTo(0.2f);
    assertThat(large.train().batchSize()).isEqualTo(32);
  }

  private static ColdSplit split(long seed) {
    SplittableRandom random = new SplittableRandom(5);
    List<List<Integer>> users = new ArrayList<>();
    for (int user = 0; user < 200; user++) {
      List<Integer> own = new ArrayList<>();
      while (own.size() < 6) {
        own.add(random.nextInt(ITEMS));
      }
      users.add(own);
    }
    return ColdSplit.of(target(users), 0.1, seed);
  }

  private static TargetData target(List<List<Integer>> users) {
    List<Event> events = new ArrayList<>();
    for (int user = 0; user < users.size(); user++) {
      for (int item : users.get(user)) {
        events.add(event("u" + user, item, events.size()));
      }
    }
    float[][] texts = new float[ITEMS][2];
    return TargetData.of(new DomainData("d", items(), events, false), texts);
  }

  private static List<Integer> order(List<Event> events) {
    DomainData data = new DomainData("d", items(), events, true);
    return StreamEvents.of(data, StreamSettings.Signals.ALIKE).stream()
        .map(StreamEvents.Entry::item)
        .toList();
  }

  private static List<Item> items() {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < ITEMS; i++) {
      items.add(new Item("i" + i, "", "", List.of()));
    }
    return items;
  }

  private static Event event(String user, int item, long time) {
    return new Event(user, "i" + item, time);
  }
}
