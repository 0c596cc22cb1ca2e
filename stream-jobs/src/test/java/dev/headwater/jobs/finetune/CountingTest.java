package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.NearText;
import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.ItemCountsCodec;
import dev.headwater.idp.online.Example;
import dev.headwater.jobs.finetune.Trainer.Checkpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Counts live as the rows that they stand in: published, saved, rolled back, ended with them. */
class CountingTest extends TrainerCase {
  private void click(String target, String before) {
    topics.click(target, before, ++nowMs);
  }

  @Test
  void aClickIsCountedForBothItemsAndPublishedWithTheirRows() {
    Trainer trainer = start(Checkpoint.NONE);
    click("i3", "i9");
    trainer.passAll();
    assertThat(taken("i3")).isEqualTo(1);
    assertThat(taken("i9")).as("it was not taken now").isZero();
    assertThat(links("i9")).isEqualTo(Map.of("i3", 1f));
    assertThat(links("i3")).isEqualTo(Map.of("i9", (float) CountConfig.defaults().backward()));
    assertThat(trainer.learner().counting().book().tick()).isEqualTo(1);
  }

  @Test
  void whatIsReadAgainWithoutStateFadesNothing() {
    Trainer trainer = start(Checkpoint.NONE);
    topics.first("i9", ++nowMs);
    for (int i = 0; i < 49; i++) {
      click("nobody", "i9");
      click("i3", "i9");
    }
    trainer.passAll();
    assertThat(trainer.learner().counting().book().tick()).isEqualTo(50);
    double taken = taken("i9");
    Trainer again = start(Checkpoint.NONE);
    again.passAll();
    assertThat(again.learner().counting().book().tick()).isEqualTo(50);
    assertThat(taken("i9")).as("first events are counted once").isEqualTo(taken);
    click("i4", "i9");
    click("i5", "i9");
    again.passAll();
    assertThat(again.learner().counting().book().tick()).as("only what is new").isEqualTo(52);
  }

  @Test
  void aFirstEventIsCountedAndNotLearned() {
    Trainer trainer = start(Checkpoint.NONE);
    topics.first("i3", ++nowMs);
    click("i4", "i3");
    trainer.passAll();
    assertThat(taken("i3")).isEqualTo(1);
    assertThat(trainer.interactions("i3")).isZero();
    assertThat(trainer.stats().learned()).isEqualTo(1);
    assertThat(trainer.learner().parked().size()).isZero();
    assertThat(trainer.learner().oldestExampleMs()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aDislikeTakesFromLinksPushesTheRowDownAndIsNoTaking() {
    Trainer trainer = start(Checkpoint.NONE);
    for (int i = 0; i < 100; i++) {
      click("i3", "i9");
      trainer.pass(1);
    }
    double liked = lead(trainer, "i9", "i3");
    assertThat(liked).isPositive();
    for (int i = 0; i < 99; i++) {
      say(-1, "i3", "i9");
      trainer.pass(1);
    }
    trainer.passAll();
    assertThat(links("i9").get("i3")).isBetween(0.5f, 1.5f);
    assertThat(taken("i3")).isCloseTo(100, org.assertj.core.data.Offset.offset(1.0));
    assertThat(lead(trainer, "i9", "i3")).isLessThan(liked / 2);
    say(-1, "i4", "i9");
    trainer.passAll();
    assertThat(links("i9")).as("links are never below nothing").containsOnlyKeys("i3");
  }

  @Test
  void anEventOfTwiceTheWeightCountsTwice() {
    Trainer trainer = start(Checkpoint.NONE);
    say(2, "i3", "i9");
    trainer.passAll();
    assertThat(taken("i3")).isEqualTo(2);
    assertThat(links("i9")).isEqualTo(Map.of("i3", 2f));
  }

  @Test
  void whatTheBoundOnOneUserKeepsFromTeachingIsNotLinked() {
    Trainer trainer = start(Checkpoint.NONE);
    topics
        .clicks()
        .add(
            new TrainingExample(
                "i3",
                "i3",
                new String[] {"i1", "i2"},
                new boolean[] {true, false},
                "e",
                1_000,
                ++nowMs));
    trainer.passAll();
    assertThat(links("i3")).containsOnlyKeys("i1");
    assertThat(topics.merged("i2").highest())
        .satisfiesAnyOf(
            row -> assertThat(row).isNull(),
            row -> assertThat(Objects.requireNonNull(row).getCounts().isEmpty()).isTrue());
  }

  @Test
  void countsGoOnFromACheckpointAndAreCountedOnce() {
    Trainer first = start(Checkpoint.NONE);
    click("i3", "i9");
    first.pass(1);
    Checkpoint checkpoint = first.checkpoint();
    click("i3", "i9");
    click("i3", "i8");
    first.passAll(); // published, but in no checkpoint

    Trainer second = start(checkpoint);
    second.passAll(); // reads the last two once more
    assertThat(taken("i3")).isCloseTo(3, org.assertj.core.data.Offset.offset(1e-4));
    assertThat(links("i9").get("i3")).isCloseTo(2f, org.assertj.core.data.Offset.offset(1e-4f));
    assertThat(links("i8").get("i3")).isEqualTo(1f);
    assertThat(second.learner().counting().book().tick()).isEqualTo(3);
  }

  @Test
  void stateOfAReleaseThatDidNotCountTakesCountsFromTheTopics() {
    Trainer first = start(Checkpoint.NONE);
    click("i3", "i9");
    first.passAll();
    Checkpoint older = first.checkpoint(4);
    click("i3", "i8");
    Trainer second = start(older);
    second.passAll();
    assertThat(links("i3")).containsOnlyKeys("i9", "i8");
    assertThat(taken("i3")).isGreaterThan(1.9);
  }

  @Test
  void countsThatWereNotSentBeforeACheckpointAreSentAfterIt() {
    Trainer first = start(Checkpoint.NONE);
    topics.first("i3", ++nowMs);
    first.pass(1);
    topics.first("i3", ++nowMs);
    Trainer unsent = start(first.checkpoint());
    unsent.take(1);
    Checkpoint checkpoint = unsent.checkpoint();

    start(checkpoint).passAll();
    assertThat(taken("i3")).isCloseTo(2, org.assertj.core.data.Offset.offset(1e-4));
  }

  @Test
  void aRollbackTakesCountsBackWithTheRow() {
    Trainer trainer = start(Checkpoint.NONE);
    click("i3", "i9");
    trainer.pass(1);
    EmbeddingRow then = topics.served("i3");
    click("i3", "i8");
    trainer.pass(1);
    assertThat(taken("i3")).isGreaterThan(1.9);
    topics.rollBack("i3", 1, then);
    trainer.pass(0);
    assertThat(counts(trainer, "i3").taken(2, CountConfig.defaults())).isLessThan(1.01);
    click("i3", "i7");
    trainer.passAll();
    assertThat(links("i3")).containsOnlyKeys("i9", "i7");

    topics.rollBackToCold("i3", 2);
    trainer.pass(0);
    assertThat(row(trainer, "i3").counts).as("the cold row stands, and nothing counted").isNull();
  }

  @Test
  void anItemThatEndsLeavesTheListsOfOthers() {
    Trainer trainer = start(Checkpoint.NONE);
    click("i3", "i9");
    click("i4", "i9");
    trainer.passAll();
    topics.end("i3");
    trainer.passAll();
    trainer.passAll();
    assertThat(links("i9")).containsOnlyKeys("i4");
    topics.cold("i3", 60, 60, SmallModel.vector(33));
    trainer.passAll();
    assertThat(row(trainer, "i3").counts).as("another incarnation").isNull();
    assertThat(trainer.learner().counting().book().exists(row(trainer, "i3").number)).isTrue();
  }

  @Test
  void anItemThatEndedWhileItWasDownLeavesTheListsOfOthers() {
    Trainer first = start(Checkpoint.NONE);
    click("i3", "i9");
    click("i4", "i9");
    first.passAll();
    Checkpoint checkpoint = first.checkpoint();
    topics.end("i3");
    start(checkpoint).passAll();
    assertThat(links("i9")).containsOnlyKeys("i4");
  }

  @Test
  void anItemThatBeganAgainWhileItWasDownIsNotTheOneThatWasTaken() {
    Trainer first = start(Checkpoint.NONE);
    click("i3", "i9");
    click("i4", "i9");
    first.passAll();
    Checkpoint checkpoint = first.checkpoint();
    topics.end("i3", 1);
    topics.cold("i3", 60, 60, SmallModel.vector(33));
    start(checkpoint).passAll();
    assertThat(links("i9")).containsOnlyKeys("i4");
  }

  @Test
  void aStartWithoutStateTakesNoListOverFromAnIncarnationOfBefore() {
    Trainer first = start(Checkpoint.NONE);
    click("i3", "i9");
    click("i4", "i9");
    first.passAll();
    topics.end("i3", 1);
    topics.cold("i3", 60, 60, SmallModel.vector(33));
    Trainer second = start(new Checkpoint(Map.of(), topics.clicks().size()));
    ItemCounts seen = counts(second, "i9");
    assertThat(seen.companions().size()).isEqualTo(1);
    assertThat(seen.companions().item(0)).isEqualTo(row(second, "i4").number);
  }

  @Test
  void aRollbackBringsNoNameBackThatEnded() {
    Trainer trainer = start(Checkpoint.NONE);
    click("i3", "i9");
    trainer.pass(1);
    EmbeddingRow then = topics.served("i9");
    click("i4", "i9");
    trainer.pass(1);
    topics.end("i3", 1);
    trainer.passAll();
    topics.rollBack("i9", 1, then);
    trainer.pass(0);
    assertThat(companions(trainer, "i9")).isZero();
    topics.cold("i3", 60, 60, SmallModel.vector(33));
    trainer.pass(0);
    assertThat(companions(trainer, "i9")).isZero();
  }

  /** Found by the simulation: such a list stood in the topics until its row changed again. */
  @Test
  void aListThatIsTakenFromTheTopicsGoesOutAgainWithoutWhatIsOver() {
    Trainer first = start(Checkpoint.NONE);
    click("i3", "i9");
    click("i4", "i9");
    first.passAll();
    topics.end("i3", 1);
    start(new Checkpoint(Map.of(), topics.clicks().size())).passAll();
    assertThat(links("i9")).containsOnlyKeys("i4");
  }

  /** Found by the simulation: it was named for an hour. */
  @Test
  void anItemThatEndsBeforeItsRowUnderAnotherBundleBeganLeavesTheListsOfOthers() {
    Trainer old = start(Checkpoint.NONE);
    click("i3", "i9");
    click("i4", "i9");
    old.passAll();
    TrainerTopics others = new TrainerTopics();
    others.cold("i9", 1, 1, SmallModel.vector(9));
    try (Trainer next = new Trainer(others, Checkpoint.NONE, nowMs)) {
      next.learner().carry(old.learner().counting().carried());
      next.passAll();
      assertThat(links(others.served("i9"))).containsOnlyKeys("i3", "i4");
      others.end("i3", 1);
      next.passAll();
      next.passAll();
      assertThat(links(others.served("i9"))).containsOnlyKeys("i4");
    }
  }

  @Test
  void aCheckpointNamesNothingThatEndedBeforeIt() {
    Trainer trainer = start(Checkpoint.NONE);
    click("i3", "i9");
    click("i4", "i9");
    trainer.passAll();
    topics.end("i3", 1);
    trainer.readRows();
    byte[] saved = Objects.requireNonNull(trainer.checkpoint().rows().get("i9"));
    Map<Integer, String> names = new HashMap<>();
    assertThat(read(RowCodec.read(saved).counts(), names).companions().size()).isEqualTo(1);
    assertThat(names).containsOnlyKeys(0).containsValue("i4");
  }

  /** An upload to another bundle takes minutes, and a process may end in them. */
  @Test
  void countsWaitInTheStateForRowsOfAnotherBundle() {
    Trainer old = start(Checkpoint.NONE);
    click("i3", "i9");
    click("i4", "i9");
    old.passAll();
    Map<String, byte[]> left = new HashMap<>();
    old.learner().left().forEach((item, each) -> left.put(item, each.encode()));

    TrainerTopics others = new TrainerTopics();
    others.cold("i9", 1, 1, SmallModel.vector(9));
    Checkpoint checkpoint;
    try (Trainer next = new Trainer(others, new Checkpoint(left, 0), nowMs)) {
      next.passAll();
      assertThat(links(others.served("i9"))).as("neither ended").containsOnlyKeys("i3", "i4");
      checkpoint = next.checkpoint();
    }
    try (Trainer again = new Trainer(others, checkpoint, nowMs)) {
      others.cold("i3", 1, 1, SmallModel.vector(3)); // made meanwhile
      others.end("i4", 1);
      again.passAll();
      assertThat(links(others.served("i3"))).containsOnlyKeys("i9");
      assertThat(taken(others.served("i3"))).isEqualTo(1);
      assertThat(again.checkpoint().rows()).as("i4 ended before it began").doesNotContainKey("i4");
    }
    try (Trainer last = new Trainer(others, checkpoint, nowMs)) {
      assertThat(counts(last, "i9").companions().size()).isEqualTo(1);
    }
  }

  @Test
  void whatNobodyHasHeardOfForAnHourLeavesTheLists() {
    Trainer old = start(Checkpoint.NONE);
    click("i3", "i9");
    old.passAll();
    TrainerTopics others = new TrainerTopics();
    others.cold("i9", 1, 1, SmallModel.vector(9));
    try (Trainer next = new Trainer(others, Checkpoint.NONE, nowMs)) {
      next.learner().carry(old.learner().counting().carried());
      next.learner().onTick(nowMs + 3_500_000);
      assertThat(counts(next, "i9").companions().size()).isEqualTo(1);
      next.learner().onTick(nowMs + 3_700_000);
      assertThat(counts(next, "i9").companions().size()).isZero();
    }
  }

  @Test
  void idsThatNoCatalogKnowsGetNoNumbers() {
    Trainer trainer = start(Checkpoint.NONE);
    int before = trainer.learner().counting().highest();
    for (int i = 0; i < 20; i++) {
      String[] history = {"nobody-" + i, "i9"};
      topics
          .clicks()
          .add(
              new TrainingExample(
                  "i3", "i3", history, new boolean[] {true, true}, "e" + i, 1_000, ++nowMs));
    }
    trainer.passAll();
    assertThat(links("i3")).containsOnlyKeys("i9");
    assertThat(trainer.learner().counting().highest()).isEqualTo(before);
  }

  @Test
  void anotherBundleTakesCountsOverForTheSameLives() {
    Trainer old = start(Checkpoint.NONE);
    click("i3", "i9");
    click("i4", "i9");
    old.passAll();
    Map<String, ClicksRead> carried = old.learner().counting().carried();

    TrainerTopics others = new TrainerTopics();
    others.cold("i9", 1, 1, SmallModel.vector(9));
    others.cold("i4", 2, 2, SmallModel.vector(4)); // another incarnation
    try (Trainer next = new Trainer(others, Checkpoint.NONE, nowMs)) {
      next.learner().carry(carried);
      next.passAll();
      assertThat(links(others.served("i9"))).as("i4 is another one").containsOnlyKeys("i3");
      others.cold("i3", 1, 1, SmallModel.vector(3)); // made meanwhile
      next.passAll();
      assertThat(links(others.served("i3"))).containsOnlyKeys("i9");
      assertThat(row(next, "i4").counts).isNull();
    }
  }

  /** Found beside seed 105034: what took counts over said a tick where an event's number stands. */
  @Test
  void whatAnotherBundleTookOverIsCountedOnceWhenItStartsWithoutState() throws Exception {
    Trainer old = start(Checkpoint.NONE);
    for (int i = 0; i < 20; i++) {
      click("nobody", "i9"); // the clock stands still, numbers go on
      click("i3", "i9");
    }
    old.passAll();
    Map<String, byte[]> left = new HashMap<>();
    old.learner().left().forEach((item, each) -> left.put(item, each.encode()));

    TrainerTopics others = new TrainerTopics();
    others.cold("i9", 1, 1, SmallModel.vector(9));
    others.cold("i3", 1, 1, SmallModel.vector(3));
    others.clicks().addAll(topics.clicks());
    int clicks = topics.clicks().size();
    long tick = old.checkpoint().tick();
    try (Trainer next = new Trainer(others, new Checkpoint(left, clicks, tick), nowMs)) {
      next.passAll();
    }
    assertThat(others.served("i3").getCountedNewest()).isEqualTo(clicks - 1);
    try (Trainer again = new Trainer(others, Checkpoint.NONE, nowMs)) {
      again.passAll();
      assertThat(again.learner().counting().book().tick()).isEqualTo(20);
    }
    assertThat(links(others.served("i9"))).isEqualTo(links("i9"));
  }

  @Test
  void shardsCountTheirOwnAndKnowTheOthersByTheirRows() {
    Trainer even = new Trainer(topics, Checkpoint.NONE, nowMs, item -> !isOdd(item));
    Trainer odd = new Trainer(topics, Checkpoint.NONE, nowMs, CountingTest::isOdd);
    started.add(even);
    started.add(odd);
    for (int i = 0; i < 6; i++) {
      click("i4", "i9");
    }
    even.passAll();
    topics.clicks().replaceAll(example -> example.withRoute("i9", false));
    odd.passAll();
    even.passAll();
    assertThat(links("i4")).containsOnlyKeys("i9");
    assertThat(links("i9")).containsOnlyKeys("i4");
    assertThat(taken("i9")).isZero();
    ItemCounts seen = counts(even, "i9");
    assertThat(seen.companions().size()).isEqualTo(1);
    assertThat(counts(odd, "i4").taken(5, CountConfig.defaults())).isGreaterThan(5.9);
  }

  @Test
  void nearTextsOfColdRowsAreReadBothWays() {
    topics.coldRow(
        SmallModel.coldRow("late", 1, 1, SmallModel.vector(70)).toBuilder()
            .addNearTexts(NearText.newBuilder().setItem("i3").setCosine(0.8f))
            .build());
    Trainer trainer = start(Checkpoint.NONE);
    Counting counting = trainer.learner().counting();
    int late = row(trainer, "late").number;
    assertThat(counting.book().texts(row(trainer, "i3").number).items()).containsExactly(late);
  }

  /** Found by chaos: behind half a million such clicks counts had faded to a sixth. */
  @Test
  void clicksOnItemsThatNobodyKnowsFadeNothing() {
    Trainer trainer = start(Checkpoint.NONE);
    click("i3", "i9");
    trainer.pass(1);
    long before = trainer.learner().counting().book().tick();
    for (int i = 0; i < 50_000; i++) {
      topics.first("nobody-" + i, ++nowMs);
    }
    for (int i = 0; i < 50; i++) {
      click("nobody-" + i, "i9");
    }
    click("i3", "i9");
    trainer.passAll();
    assertThat(trainer.learner().counting().book().tick()).isEqualTo(before + 1);
    assertThat(recent(trainer, "i3")).isGreaterThan(1.99);
  }

  /** The same click has the number that it had, however the clock went meanwhile. */
  @Test
  void whatIsReadAgainIsCountedOnceThoughItsItemWasUnknownThen() {
    Trainer first = start(Checkpoint.NONE);
    Checkpoint before = first.checkpoint();
    for (int i = 0; i < 100; i++) {
      topics.first("late", ++nowMs);
    }
    topics.first("i3", ++nowMs);
    topics.first("i3", ++nowMs);
    first.passAll(); // published, but in no checkpoint
    assertThat(first.learner().counting().book().tick()).isEqualTo(2);
    topics.cold("late", 1, 1, SmallModel.vector(70));

    Trainer second = start(before);
    second.passAll(); // reads all once more, and knows the item
    assertThat(taken("i3")).isCloseTo(2, org.assertj.core.data.Offset.offset(1e-3));
    assertThat(taken("late")).isCloseTo(100, org.assertj.core.data.Offset.offset(0.1));
  }

  @Test
  void theClockGoesOnFromACheckpoint() {
    Trainer first = start(Checkpoint.NONE);
    for (int i = 0; i < 500; i++) {
      topics.first("nobody-" + i, ++nowMs);
    }
    click("i3", "i9");
    first.passAll();
    click("i3", "i9");
    Trainer second = start(first.checkpoint());
    second.passAll();
    assertThat(second.learner().counting().book().tick()).isEqualTo(2);
  }

  /** What another shard owns all of is heard of for the clock. */
  @Test
  void allShardsHaveTheSameClock() {
    Trainer even = new Trainer(topics, Checkpoint.NONE, nowMs, item -> !isOdd(item));
    Trainer odd = new Trainer(topics, Checkpoint.NONE, nowMs, CountingTest::isOdd);
    started.add(even);
    started.add(odd);
    for (int i = 0; i < 40; i++) {
      topics.first(i % 4 == 0 ? "nobody-" + i : "i4", ++nowMs);
    }
    click("i3", "i9");
    even.passAll();
    topics.clicks().replaceAll(each -> isOdd(each.target()) ? each : each.toClock("~clock"));
    odd.passAll();
    even.passAll();
    assertThat(even.learner().counting().book().tick()).isEqualTo(31);
    assertThat(odd.learner().counting().book().tick()).isEqualTo(31);
    assertThat(counts(odd, "i3").lastTick()).isEqualTo(30);
  }

  private static double recent(Trainer trainer, String item) {
    return counts(trainer, item)
        .recent(0, trainer.learner().counting().book().tick(), CountConfig.defaults());
  }

  private static boolean isOdd(String item) {
    return (item.charAt(item.length() - 1) - '0') % 2 == 1;
  }

  private static Row row(Trainer trainer, String item) {
    return Objects.requireNonNull(trainer.learner().rows().get(item), item);
  }

  private static ItemCounts counts(Trainer trainer, String item) {
    return Objects.requireNonNull(row(trainer, item).counts, item);
  }

  private static int companions(Trainer trainer, String item) {
    ItemCounts counts = row(trainer, item).counts;
    return counts == null ? 0 : counts.companions().size();
  }

  private double taken(String item) {
    return taken(topics.served(item));
  }

  private static double taken(EmbeddingRow row) {
    ItemCounts counts = read(row, new HashMap<>());
    return counts == null ? 0 : counts.taken(counts.lastTick(), CountConfig.defaults());
  }

  private Map<String, Float> links(String item) {
    return links(topics.served(item));
  }

  private static Map<String, Float> links(EmbeddingRow row) {
    Map<Integer, String> names = new HashMap<>();
    ItemCounts counts = Objects.requireNonNull(read(row, names), row.getItem());
    Map<String, Float> links = new HashMap<>();
    for (int i = 0; i < counts.companions().size(); i++) {
      links.put(
          Objects.requireNonNull(names.get(counts.companions().item(i))),
          counts.companions().weight(i));
    }
    return links;
  }

  private static @Nullable ItemCounts read(EmbeddingRow row, Map<Integer, String> names) {
    return row.getCounts().isEmpty() ? null : read(row.getCounts().toByteArray(), names);
  }

  private static ItemCounts read(byte[] counts, Map<Integer, String> names) {
    return ItemCountsCodec.decode(
        counts,
        name -> {
          names.put(names.size(), name);
          return names.size() - 1;
        });
  }

  private void say(float weight, String target, String before) {
    click(target, before);
    int last = topics.clicks().size() - 1;
    topics.clicks().set(last, topics.clicks().get(last).withWeight(weight));
  }

  /** How far the working row of an item scores above the mean, for somebody who took another. */
  private static double lead(Trainer trainer, String before, String item) {
    RowTable rows = trainer.learner().rows();
    int history = Objects.requireNonNull(rows.get(before)).slot;
    int slot = Objects.requireNonNull(rows.get(item)).slot;
    Tables tables = trainer.tables();
    List<Example> one = List.of(new Example(new int[] {history}, slot));
    float[] scores = tables.ranker().scores(one, tables.tuner().table())[0];
    double mean = rows.all().stream().mapToDouble(row -> scores[row.slot]).average().orElseThrow();
    return scores[slot] - mean;
  }
}
