package dev.headwater.idp.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.cdim.CdimConfig;
import dev.headwater.idp.cdim.ColdStartRule;
import dev.headwater.idp.data.DataException;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Event;
import dev.headwater.idp.data.Item;
import dev.headwater.idp.evaluate.StreamResult.StreamScore;
import dev.headwater.idp.heldout.Judgement;
import dev.headwater.idp.pretrain.PretrainConfig;
import dev.headwater.idp.pretrain.Pretrainer;
import dev.headwater.idp.pretrain.ProgressListener;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.idp.text.TextVectors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluatorTest {
  private static final int ITEMS = Circles.ITEMS;

  @TempDir private static Path folder;
  private static SourceBundle bundle;

  @BeforeAll
  static void pretrain() throws Exception {
    bundle = Circles.pretrained(new CircleEncoder(), folder.resolve("b"));
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"COLD_ITEMS", "STREAM", "POPULARITY", "TEXT_KNN", "RECFORMER"},
      mode = EnumSource.Mode.EXCLUDE)
  void everyModelBeatsChanceOnACycle(Mode mode) {
    EvaluateResult result = run(mode);
    Judgement test = Objects.requireNonNull(result.test());
    assertThat(test.ndcg10()).isGreaterThan(0.25);
    assertThat(test.hr10()).isBetween(test.ndcg10(), 1.0);
    assertThat(test.users()).isPositive();
    assertThat(result.config()).containsEntry("mode", mode.flag());
  }

  /**
   * A small one: one of the product's size takes four minutes. That it learns is {@link
   * TableSystemTest}'s matter; the rates here are those of a large one.
   */
  @Test
  void aModelOfWordsIsEvaluatedAsTheOthersAre() throws Exception {
    try (TextEncoder words = Circles.wordEncoder(folder.resolve("tiny"))) {
      EvaluateRequest request =
          EvaluateRequest.of(
                  Circles.domain("target"),
                  Mode.RECFORMER,
                  Circles.pretrained(words, folder.resolve("w")),
                  settings(),
                  3)
              .withSources(List.of(Circles.domain("source")));
      EvaluateResult result = new Evaluator(words).run(request);
      Judgement test = Objects.requireNonNull(result.test());
      assertThat(test.users()).isEqualTo(200);
      assertThat(test.hr10()).isBetween(test.ndcg10(), 1.0);
      assertThat(result.config()).containsEntry("mode", "recformer");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert4rec", "gru4rec"})
  void anEncoderOfAnotherKindLearnsOnCarriedEmbeddings(String kind) {
    EvaluateRequest request = request(Mode.NEW_ENCODER, Circles.domain("target")).withEncoder(kind);
    EvaluateResult result = new Evaluator(new CircleEncoder()).run(request);
    assertThat(Objects.requireNonNull(result.test()).ndcg10()).isGreaterThan(0.25);
    assertThat(result.config()).containsEntry("encoder", kind);
  }

  @Test
  void theConfigurationNamesTheEncoderThatWasUsed() {
    EvaluateRequest request =
        request(Mode.ZERO_SHOT, Circles.domain("target")).withEncoder("gru4rec");
    EvaluateResult result = new Evaluator(new CircleEncoder()).run(request);
    assertThat(result.config())
        .containsEntry("encoder", "sasrec")
        .containsEntry("text-encoder", "circle")
        .containsEntry("bundle", bundle.manifest().bundleId());
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"TEXT_KNN", "COLD_ITEMS", "STREAM"})
  void aConfigurationTellsOtherDataApart(Mode mode) {
    Evaluator evaluator = new Evaluator(new CircleEncoder());
    Map<String, String> config = evaluator.config(request(mode, Circles.domain("target")));
    assertThat(evaluator.config(request(mode, Circles.domain("target")))).isEqualTo(config);
    assertThat(evaluator.config(request(mode, Circles.domain("target", 150)))).isNotEqualTo(config);
    boolean splits = mode == Mode.COLD_ITEMS;
    assertThat(
            evaluator.config(request(mode, Circles.domain("target")).withSplits(4)).equals(config)
                != splits)
        .isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"ZERO_SHOT", "ZERO_SHOT_TEXT", "COLD_ITEMS", "STREAM"})
  void aBundleIsNotAskedForWhatItWasTrainedOn(Mode mode) {
    DomainData source = Circles.domain("source");
    assertThatThrownBy(() -> run(mode, source))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("the bundle was trained on these events of source");
    DomainData later =
        new DomainData("source", source.items(), source.events().subList(5, 1_000), true);
    assertThat(new Evaluator(new CircleEncoder()).config(request(mode, later)))
        .containsEntry("bundle-knows-target", "of_other_events");
    assertThat(run(mode, later).config()).containsKey("bundle-knows-target");
  }

  /** The rows' own figure says nothing of a ranker that learned from the users it is of. */
  @Test
  void theRankerIsValidatedByUsersItDidNotLearnFrom() {
    double rows = afterOneEpoch(Mode.FINE_TUNE_ROW_SWAP).validationNdcg10();
    assertThat(afterOneEpoch(Mode.RANKED).validationNdcg10())
        .as("counts know the circle")
        .isGreaterThan(rows + 0.01);
  }

  private static EvaluateResult afterOneEpoch(Mode mode) {
    EvaluateRequest request =
        EvaluateRequest.of(
            Circles.domain("target", ITEMS, 7),
            mode,
            bundle,
            settings().with(Map.of("max-epochs", "1", "table-rate", "1e-4")),
            3);
    return new Evaluator(new CircleEncoder()).run(request);
  }

  /** As in the job: who takes an item again is not asked for it. */
  @Test
  void whatAUserHasAlreadyIsLearnedAndNotRanked() {
    DomainData cycle = Circles.domain("target");
    List<Event> events = new ArrayList<>();
    for (Event step : cycle.events()) {
      events.add(step);
      events.add(new Event(step.user(), step.item(), step.timestamp() + 1));
    }
    DomainData twice = new DomainData("target", cycle.items(), events, true);
    StreamScore once = streamed(cycle).of(StreamResult.POPULARITY);
    StreamResult repeated = streamed(twice);
    assertThat(StreamResult.NAMES)
        .allSatisfy(
            name ->
                assertThat(repeated.of(name).events())
                    .as(name)
                    .isBetween(once.events() - 20, once.events() + 20));
  }

  private static StreamResult streamed(DomainData data) {
    return Objects.requireNonNull(run(Mode.STREAM, data).stream());
  }

  @Test
  void anOrderOfEventsIsNoStream() {
    DomainData cycle = Circles.domain("target");
    DomainData ordered = new DomainData("ordered", cycle.items(), cycle.events(), false);
    assertThatThrownBy(() -> run(Mode.STREAM, ordered))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no times");
  }

  @Test
  void coldItemsAreFoundThroughTheirNeighbours() {
    ColdResult cold = Objects.requireNonNull(run(Mode.COLD_ITEMS).cold());
    assertThat(cold.coldHr10()).isGreaterThan(0.3);
    assertThat(cold.warmHr10()).isGreaterThan(0.3);
    assertThat(cold.warmHr10WithoutColdHandling()).isGreaterThan(0.3);
    assertThat(cold.textKnnColdHr10()).isBetween(0.0, 1.0);
    assertThat(cold.rankedColdHr10()).isGreaterThan(0.3);
    assertThat(cold.rankedWarmHr10()).isGreaterThan(0.3);
    assertThat(cold.splits()).isEqualTo(2);
  }

  @Test
  void allContendersOfAStreamRankTheSameEvents() {
    StreamResult stream = Objects.requireNonNull(run(Mode.STREAM).stream());
    long events = stream.of(StreamResult.LIVE).events();
    assertThat(events).isPositive();
    assertThat(stream.of(StreamResult.FROZEN).events()).isEqualTo(events);
    assertThat(stream.of(StreamResult.NEVER_TUNED).events()).isEqualTo(events);
    assertThat(stream.of(StreamResult.POPULARITY).events()).isEqualTo(events);
    assertThat(stream.of(StreamResult.RETRAINED).events()).isEqualTo(events);
    assertThat(stream.of(StreamResult.LIVE).hr10())
        .isGreaterThan(stream.of(StreamResult.POPULARITY).hr10());
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"COLD_ITEMS", "STREAM"})
  void aCatalogOfOneItemHasNothingColdAndNothingToLearn(Mode mode) {
    EvaluateResult result = run(mode, one());
    if (mode == Mode.COLD_ITEMS) {
      assertThat(Objects.requireNonNull(result.cold()).coldHr10()).isZero();
    } else {
      assertThat(Objects.requireNonNull(result.stream()).of(StreamResult.LIVE).hr10())
          .isBetween(0.0, 1.0);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"POPULARITY", "TEXT_KNN", "SCRATCH", "ZERO_SHOT", "FINE_TUNE", "ID_TEXT"})
  void aCatalogOfOneItemHasNobodyToAsk(Mode mode) {
    Judgement test = Objects.requireNonNull(run(mode, one()).test());
    assertThat(test.users()).isZero();
    assertThat(test.hr10()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"ZERO_SHOT", "FINE_TUNE_ROW_SWAP", "COLD_ITEMS", "STREAM"})
  void itemsWithoutTextStartFromTheSourcesMean(Mode mode) {
    DomainData cycle = Circles.domain("target");
    List<Item> items = new ArrayList<>(cycle.items());
    items.set(4, new Item("i4", "", " ", List.of()));
    EvaluateResult result = run(mode, new DomainData("target", items, cycle.events(), true));
    Judgement test = result.test();
    if (test != null) {
      assertThat(test.ndcg10()).isGreaterThan(0.25);
    }
  }

  @Test
  void anItemWithoutTextKeepsItsStartWhenOthersAreMadeAgain() {
    DomainData cycle = Circles.domain("target", 150);
    List<Item> items = new ArrayList<>(cycle.items());
    items.add(new Item("quiet", "", "", List.of()));
    DomainData target = new DomainData("target", items, cycle.events(), true);
    StreamResult stream = Objects.requireNonNull(run(Mode.STREAM, target).stream());
    assertThat(stream.of(StreamResult.LIVE).hr10())
        .isGreaterThan(stream.of(StreamResult.POPULARITY).hr10());
  }

  @Test
  void aDomainWhoseItemsAllLackTextIsTrainedOnIdsAlone() {
    DomainData cycle = Circles.domain("target");
    List<Item> items =
        cycle.items().stream().map(i -> new Item(i.id(), "", "", List.of())).toList();
    DomainData silent = new DomainData("target", items, cycle.events(), true);
    Judgement test = Objects.requireNonNull(run(Mode.SCRATCH_ROW_SWAP, silent).test());
    assertThat(test.ndcg10()).isGreaterThan(0.25);
  }

  @Test
  void usersWithOneEventAreNotAskedAndTeachNothing() {
    DomainData cycle = Circles.domain("target");
    List<Event> events = new ArrayList<>(cycle.events());
    events.add(new Event("lonely", "i3", 1_700_000_000L));
    DomainData more = new DomainData("target", cycle.items(), events, true);
    Judgement with = Objects.requireNonNull(run(Mode.SCRATCH, more).test());
    assertThat(with).isEqualTo(run(Mode.SCRATCH, cycle).test());
  }

  @Test
  void matchesBeyondTheSourceAreAllTheSourceHas() {
    TargetSettings settings =
        new TargetSettings(
            settings().train(),
            ColdStartRule.of(100).withMatcher(CdimConfig.defaults().withMatches(999)),
            1,
            0.2f,
            999,
            0.05f,
            true);
    EvaluateRequest request =
        EvaluateRequest.of(Circles.domain("target"), Mode.FINE_TUNE_ROW_SWAP, bundle, settings, 3);
    Judgement test = Objects.requireNonNull(new Evaluator(new CircleEncoder()).run(request).test());
    assertThat(test.ndcg10()).isGreaterThan(0.1);
  }

  /** The source clicks one item again and again; in the target nobody does. */
  @Test
  void zeroShotDoesNotRecommendToEverybodyWhatTheSourceClickedMost() throws Exception {
    Path directory = folder.resolve("magnet");
    PretrainConfig config = PretrainConfig.defaults(new CircleEncoder());
    config = config.toBuilder().train(config.train().toBuilder().epochs(6, 0).build()).build();
    new Pretrainer()
        .run(config, List.of(magnet("source", 0.6)), directory, ProgressListener.silent());
    TargetSettings settings =
        new TargetSettings(
            settings().train(),
            ColdStartRule.of(100).withMatcher(CdimConfig.defaults().withMatches(1)),
            1,
            0.2f,
            3,
            0.05f,
            true);
    EvaluateRequest request =
        EvaluateRequest.of(
            magnet("target", 0), Mode.ZERO_SHOT, SourceBundle.open(directory), settings, 3);
    Judgement test = Objects.requireNonNull(new Evaluator(new CircleEncoder()).run(request).test());
    assertThat(test.ndcg10()).isGreaterThan(0.9);
    EvaluateRequest asItComes =
        EvaluateRequest.of(
            magnet("target", 0),
            Mode.ZERO_SHOT,
            SourceBundle.open(directory),
            settings.with(Map.of("centred", "false")),
            3);
    Judgement plain =
        Objects.requireNonNull(new Evaluator(new CircleEncoder()).run(asItComes).test());
    assertThat(plain.ndcg10()).as("as the paper scores").isLessThan(test.ndcg10());
  }

  @Test
  void refusesAModeWithoutItsBundle() {
    EvaluateRequest request =
        EvaluateRequest.of(Circles.domain("target"), Mode.ZERO_SHOT, null, settings(), 1);
    assertThatThrownBy(() -> new Evaluator(new CircleEncoder()).run(request))
        .hasMessageContaining("needs a bundle");
    assertThatThrownBy(() -> Mode.of("nonsense")).hasMessageContaining("nonsense");
  }

  @Test
  void textVectorsComeOutOfTheCacheAsTheyWentIn() {
    DomainData data = Circles.domain("target");
    float[][] first = TextVectors.of(data, new CircleEncoder(), folder);
    assertThat(TextVectors.of(data, new CircleEncoder(), folder)).isDeepEqualTo(first);
  }

  /** Between two steps of the circle each user meets the item opposite, and dislikes it. */
  @Test
  void dislikesTeachAndAreNeitherRankedNorContext() {
    StreamResult learned = circleWithDislikes(event -> isOpposite(event) ? -1 : 1);
    StreamResult mistaken = circleWithDislikes(event -> 1);
    StreamScore weighed = learned.of(StreamResult.NEVER_TUNED);
    StreamScore asLikes = mistaken.of(StreamResult.NEVER_TUNED);
    assertThat(hits(learned)).as("what was disliked").isLessThan(hits(mistaken));
    assertThat(weighed.events()).as("likes alone are ranked").isEqualTo(asLikes.events());
    assertThat(weighed.hr10()).as("histories without dislikes").isGreaterThan(asLikes.hr10());
  }

  private static double hits(StreamResult result) {
    StreamScore unwanted = Objects.requireNonNull(result.unwanted().get(StreamResult.LEARNED));
    assertThat(unwanted.events()).isPositive();
    return unwanted.hr10();
  }

  private static StreamResult circleWithDislikes(ToDoubleFunction<Event> weight) {
    DomainData cycle = Circles.domain("target");
    List<Event> events = new ArrayList<>();
    for (Event step : cycle.events()) {
      int opposite = (Integer.parseInt(step.item().substring(1)) + ITEMS / 2) % ITEMS;
      events.add(step);
      events.add(new Event(step.user(), "i" + opposite, step.timestamp() + 1, "dislike", null));
    }
    DomainData market = new DomainData("target", cycle.items(), events, true);
    StreamSettings settings =
        StreamSettings.defaults(ColdStartRule.of(100), 3)
            .withSignals(new StreamSettings.Signals(weight, event -> !isOpposite(event)));
    return new StreamEvaluation(settings)
        .run(market, TextVectors.of(market, new CircleEncoder(), null), bundle);
  }

  @Test
  void aListenerHearsOfEveryEventFromTheFirstOnAndOfEachContenderAlike() {
    DomainData domain = Circles.domain("target");
    Map<String, List<Double>> heard = new HashMap<>();
    StreamResult result =
        new StreamEvaluation(StreamSettings.defaults(ColdStartRule.of(100), 3).fromTheFirstOn())
            .run(
                domain,
                TextVectors.of(domain, new CircleEncoder(), null),
                bundle,
                (name, rank) -> heard.computeIfAbsent(name, key -> new ArrayList<>()).add(rank));
    long events = result.of(StreamResult.LIVE).events();
    assertThat(events).isGreaterThan(domain.events().size() / 2);
    assertThat(heard).containsOnlyKeys(StreamResult.NAMES);
    heard.forEach(
        (name, ranks) -> {
          assertThat(ranks).as(name).hasSize((int) events);
          long hits = ranks.stream().filter(rank -> rank <= 10).count();
          assertThat(result.of(name).hr10()).as(name).isEqualTo(hits / (double) events);
        });
  }

  private static boolean isOpposite(Event event) {
    return event.type().equals("dislike");
  }

  private static EvaluateResult run(Mode mode) {
    return run(mode, Circles.domain("target"));
  }

  private static EvaluateResult run(Mode mode, DomainData target) {
    return new Evaluator(new CircleEncoder()).run(request(mode, target));
  }

  private static EvaluateRequest request(Mode mode, DomainData target) {
    return EvaluateRequest.of(target, mode, bundle, settings(), 3)
        .withSplits(2)
        .withSources(List.of(Circles.domain("source")));
  }

  private static TargetSettings settings() {
    return Circles.settings(5);
  }

  private static DomainData one() {
    return new DomainData(
        "one",
        List.of(new Item("i0", "thing 0", "", List.of())),
        List.of(new Event("u", "i0", 1), new Event("u", "i0", 2), new Event("u", "i0", 3)),
        true);
  }

  /** Users walk round the even places of a circle, and visit place 7 between two steps or not. */
  private static DomainData magnet(String name, double share) {
    List<Item> items = new ArrayList<>();
    for (int place = 0; place < ITEMS; place += 2) {
      items.add(new Item("i" + place, "thing " + place, "", List.of()));
    }
    items.add(new Item("i7", "thing 7", "", List.of()));
    SplittableRandom random = new SplittableRandom(name.hashCode());
    List<Event> events = new ArrayList<>();
    for (int u = 0; u < 200; u++) {
      int at = 2 * random.nextInt(ITEMS / 2);
      long time = 1_700_000_000L;
      for (int k = 0; k < 6; k++) {
        events.add(new Event("u" + u, "i" + (at + 2 * k) % ITEMS, time++));
        if (random.nextDouble() < share) {
          events.add(new Event("u" + u, "i7", time++));
        }
      }
    }
    return new DomainData(name, items, events, true);
  }
}
