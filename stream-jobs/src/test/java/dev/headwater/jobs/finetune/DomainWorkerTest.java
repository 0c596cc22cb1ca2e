package dev.headwater.jobs.finetune;

import static dev.headwater.jobs.finetune.SmallModel.cold;
import static dev.headwater.jobs.finetune.SmallModel.coldRow;
import static dev.headwater.jobs.finetune.SmallModel.coldTombstone;
import static dev.headwater.jobs.finetune.SmallModel.example;
import static dev.headwater.jobs.finetune.SmallModel.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.headwater.events.RowRecord;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.idp.online.EncodedStep;
import dev.headwater.idp.online.JointStep;
import dev.headwater.idp.online.StepGradients.Section;
import dev.headwater.jobs.rows.RowsFollower;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A worker that owns nothing, and owners whose tables are in another order than its own. */
class DomainWorkerTest {
  private static final int ITEMS = 20;
  private static final String DOMAIN = SmallModel.MODEL.domain();
  private static final StateKeys KEYS = new StateKeys(DOMAIN);

  private final List<TrainerAttempt> open = new ArrayList<>();
  private final OwnerRoutes toOne = new OwnerRoutes(KEYS, 1, 128);
  private final OwnerRoutes toTwo = new OwnerRoutes(KEYS, 2, 128);
  private final TestFeed feed = new TestFeed();
  private final DomainWorker worker =
      new DomainWorker(DOMAIN, FineTuneConfig.of(SmallModel.MODEL).settings(), 7);

  private final List<RowRecord> ofCopy = new ArrayList<>();

  @BeforeEach
  void begin() {
    feed.caughtUp = true;
    for (int i = ITEMS - 1; i >= 0; i--) {
      ofCopy.add(cold("i" + i, 1, 1, vector(i)));
    }
    worker.begin(
        SmallModel.MODEL,
        SmallModel.open(),
        (name, listener) -> {
          for (RowRecord row : ofCopy) {
            give(listener, row);
          }
          more = listener;
          return feed;
        },
        "job-" + System.nanoTime());
  }

  private RowsFollower.@Nullable Listener more;

  private static void give(RowsFollower.Listener to, RowRecord row) {
    try {
      to.onRow(row);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void toCopy(RowRecord row) {
    give(Objects.requireNonNull(more), row);
  }

  @AfterEach
  void close() {
    open.forEach(TrainerAttempt::close);
    worker.close();
  }

  /** An owner of a shard, with its rows. */
  private TrainerAttempt owner(OwnerRoutes routes, int shard) {
    TrainerAttempt made =
        new TrainerAttempt(record -> {}, 5, 0, item -> routes.shard(DOMAIN, item) == shard);
    open.add(made);
    SmallModel.load(made.learner(), ITEMS);
    return made;
  }

  /** Several clicks on items of both owners, a dislike, one in a trace, and a first event. */
  private static List<TrainingExample> clicks() {
    return List.of(
        example("i3", "i1", "i2", "i4").withNumber(10),
        example("i4", "i5", "i2").withWeight(-1).withNumber(11),
        example("i12").withNumber(12),
        example("i4", "i1").withNumber(13).withIdle(90).withTraceparent("00-a-b-01"),
        example("i8", "i9", "i3", "i1", "i6").withNumber(14).withLate(true));
  }

  private List<byte[]> work(OwnerRoutes routes, List<TrainingExample> events) {
    events.forEach(event -> assertThat(worker.take(event, 0)).isFalse());
    DomainWorker.Batch batch = next();
    List<EncodedStep> encoded = Turn.encode(List.of(batch)).get(0).encoded();
    List<byte[]> parts = worker.forOwners(batch, encoded, routes);
    worker.done();
    return parts;
  }

  private DomainWorker.Batch next() {
    try {
      worker.drain();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return worker.next();
  }

  private static void give(TrainerAttempt owner, byte[] step) {
    owner.learner().onStep(WorkedStepCodec.read(step), 10);
  }

  @Test
  void ownersThatGetTheirPartsLearnAndCountWhatOneOwnerOfAllDoes() {
    TrainerAttempt whole = owner(toOne, 0);
    give(whole, work(toOne, clicks()).get(0));
    List<TrainerAttempt> owners = List.of(owner(toTwo, 0), owner(toTwo, 1));
    List<byte[]> parts = work(toTwo, clicks());
    give(owners.get(0), parts.get(0));
    give(owners.get(1), parts.get(1));
    for (int i = 0; i < ITEMS; i++) {
      Row expected = row(whole, "i" + i);
      TrainerAttempt at = owners.get(toTwo.shard(DOMAIN, "i" + i));
      Row learned = row(at, "i" + i);
      assertThat(learned.interactions).isEqualTo(expected.interactions);
      assertThat(at.learner().counting().encode(learned))
          .as("counts of i" + i)
          .isEqualTo(whole.learner().counting().encode(expected));
    }
    assertThat(whole.stats().learned()).isEqualTo(4);
    assertThat(owners.get(0).stats().learned() + owners.get(1).stats().learned()).isEqualTo(4);
    assertThat(row(whole, "i4").interactions).isEqualTo(2);
    assertThat(row(whole, "i12").interactions).as("a first event teaches nothing").isZero();
    assertThat(row(whole, "i12").counts).as("but is counted").isNotNull();
  }

  /** A history's rows learn by the loss that the worker found with negatives of its own. */
  @Test
  void rowsOfNoHistoryLearnWhatTheyLearnWithoutAWorker() {
    TrainerAttempt alone = owner(toOne, 0);
    clicks().forEach(click -> alone.learner().onExample(click, 10));
    alone.learner().learn();
    TrainerAttempt helped = owner(toOne, 0);
    give(helped, work(toOne, clicks()).get(0));
    for (int i = 0; i < ITEMS; i++) {
      int item = i;
      float[] learned = helped.tables().working(row(helped, "i" + i).slot);
      float[] before = vector(i);
      boolean inHistory =
          clicks().stream().anyMatch(click -> List.of(click.history()).contains("i" + item));
      if (!inHistory) {
        float[] expected = alone.tables().working(row(alone, "i" + i).slot);
        assertThat(learned).as("i" + i).containsExactly(expected, offset(1e-5f));
      } else {
        assertThat(learned).as("i" + i).isNotEqualTo(before);
      }
    }
  }

  @Test
  void anOwnerRanksAndCountsWhatAWorkerWorkedOutAsItDoesAlone() {
    TrainerAttempt alone = owner(toOne, 0);
    clicks().forEach(click -> alone.learner().onExample(click, 10));
    alone.learner().learn();
    TrainerAttempt helped = owner(toOne, 0);
    give(helped, work(toOne, clicks()).get(0));
    for (int i = 0; i < ITEMS; i++) {
      assertThat(helped.learner().counting().encode(row(helped, "i" + i)))
          .isEqualTo(alone.learner().counting().encode(row(alone, "i" + i)));
    }
    assertThat(helped.learner().ranker().state().weights().weights())
        .isDeepEqualTo(alone.learner().ranker().state().weights().weights());
    assertThat(helped.learner().meter().endWindow(20).getLive())
        .isEqualTo(alone.learner().meter().endWindow(20).getLive());
  }

  @Test
  void aStepComesThroughItsBytesWhole() {
    WorkedStepCodec.Received read = WorkedStepCodec.read(work(toOne, clicks()).get(0));
    assertThat(read.bundleId()).isEqualTo(SmallModel.MODEL.bundleId());
    assertThat(read.events()).usingRecursiveComparison().isEqualTo(clicks());
    WorkedStep.Part part = part(read, owner(toOne, 0));
    assertThat(part.places()).containsExactlyInAnyOrder(0, 1, 3, 4);
    assertThat(part.encoded().examples()).isEqualTo(4);
    assertThat(part.encoded().isFinite()).isTrue();
  }

  @Test
  void eachStepOfATurnGetsItsOwnUsers() {
    for (int i = 0; i < 70; i++) {
      String[] history = {"i" + i % 7, "i" + (7 + i % 5), "i" + (12 + i % 3)};
      worker.take(example("i19", Arrays.copyOf(history, 1 + i % 3)).withNumber(i), 0);
    }
    DomainWorker.Batch batch = next();
    assertThat(batch.steps()).extracting(List::size).containsExactly(32, 32, 6);
    List<EncodedStep> together = Turn.encode(List.of(batch)).get(0).encoded();
    for (int i = 0; i < 3; i++) {
      List<DomainWorker.Lesson> step = batch.steps().get(i);
      EncodedStep alone = JointStep.encoded(List.of(worker.work(step))).get(0);
      assertThat(together.get(i).users()).containsExactly(alone.users(), offset(1e-4f));
    }
    worker.done();
  }

  /** Of shorter turns histories of like length are few, and padding costs what workers save. */
  @Test
  void aTurnIsAsLongWithManyWorkers() {
    try (DomainWorker oneOfEight =
        new DomainWorker(
            DOMAIN, FineTuneConfig.of(SmallModel.MODEL).withWorkers(8).settings(), 7)) {
      for (int i = 1; i < 256; i++) {
        assertThat(oneOfEight.take(example("i19", "i1").withNumber(i), 0)).isFalse();
      }
      assertThat(oneOfEight.take(example("i19", "i1").withNumber(256), 0)).isTrue();
      assertThat(oneOfEight.take(example("i19", "i1").withNumber(257), 0)).isTrue();
      assertThat(oneOfEight.next().events()).hasSize(256);
      assertThat(oneOfEight.waiting()).isEqualTo(1);
    }
  }

  @Test
  void eachOwnerHearsOfEachEvent() {
    for (byte[] part : work(toTwo, clicks())) {
      assertThat(WorkedStepCodec.read(part).events())
          .extracting(TrainingExample::number)
          .containsExactly(10L, 11L, 12L, 13L, 14L);
    }
  }

  @Test
  void whatIsSaidOfARowThatEndedOrBeganAgainIsPassedOver() {
    TrainerAttempt owner = owner(toOne, 0);
    byte[] step = work(toOne, clicks()).get(0);
    owner.learner().onRow(coldTombstone("i4", 50), 10);
    owner.learner().onRow(cold("i8", 60, 60, vector(8)), 20);
    Section said = part(WorkedStepCodec.read(step), owner).encoded().histories();
    assertThat(items(owner, said)).contains("i1", "i2", "-").doesNotContain("i4");
    give(owner, step);
    assertThat(row(owner, "i3").interactions).isEqualTo(1);
    assertThat(owner.learner().parked().size()).as("two on i4, whose row may come").isEqualTo(2);
    assertThat(row(owner, "i8").interactions).as("clicked, whichever its life").isEqualTo(1);
    assertThat(owner.tables().working(row(owner, "i2").slot)).isNotEqualTo(vector(2));
  }

  @Test
  void whatIsSaidOfARowFromBeforeItsRollbackIsPassedOver() {
    TrainerAttempt owner = owner(toOne, 0);
    byte[] before = work(toOne, clicks()).get(0);
    owner.learner().onRow(rolledBack("i2"), 10);
    assertThat(items(owner, part(WorkedStepCodec.read(before), owner).encoded().histories()))
        .doesNotContain("i2")
        .contains("i4");
    toCopy(rolledBack("i2"));
    byte[] after = work(toOne, clicks()).get(0);
    assertThat(items(owner, part(WorkedStepCodec.read(after), owner).encoded().histories()))
        .contains("i2", "i4");
  }

  @Test
  void whatItHasNoRowsForTheOwnerLearns() {
    TrainerAttempt owner = owner(toOne, 0);
    owner.learner().onRow(cold("late", 1, 1, vector(77)), 0);
    give(owner, work(toOne, List.of(example("late", "i1"), example("i3", "i1"))).get(0));
    assertThat(row(owner, "i3").interactions).isEqualTo(1);
    assertThat(row(owner, "late").interactions).isZero();
    owner.learner().learn();
    assertThat(row(owner, "late").interactions).isEqualTo(1);
    assertThat(owner.stats().learned()).isEqualTo(2);
  }

  @Test
  void whatTheOwnerHasNoRowForWaitsThereAndIsLearnedOnce() {
    TrainerAttempt owner = owner(toOne, 0);
    toCopy(cold("early", 1, 1, vector(77)));
    give(owner, work(toOne, List.of(example("early", "i1"), example("i3", "i1"))).get(0));
    assertThat(owner.learner().parked().size()).isEqualTo(1);
    assertThat(owner.stats().learned()).isEqualTo(1);
    owner.learner().onRow(cold("early", 1, 1, vector(77)), 0);
    owner.learner().learn();
    assertThat(row(owner, "early").interactions).isEqualTo(1);
    assertThat(owner.stats().learned()).isEqualTo(2);
    assertThat(owner.stats().dropped()).isZero();
  }

  @Test
  void whileRowsAreReadAllGoesToTheOwnerAsItCame() {
    feed.caughtUp = false;
    DomainWorker.Batch batch = batch(clicks());
    assertThat(batch.events()).hasSize(5);
    assertThat(batch.steps()).isEmpty();
    WorkedStepCodec.Received read =
        WorkedStepCodec.read(worker.forOwners(batch, List.of(), toOne).get(0));
    TrainerAttempt owner = owner(toOne, 0);
    owner.learner().onStep(read, 0);
    owner.learner().learn();
    assertThat(owner.stats().learned()).isEqualTo(4);
  }

  private DomainWorker.Batch batch(List<TrainingExample> events) {
    events.forEach(event -> assertThat(worker.take(event, 0)).isFalse());
    DomainWorker.Batch batch = next();
    worker.done();
    return batch;
  }

  @Test
  void itsCopyIsWhatReadersSee() {
    assertThat(batch(List.of(example("i4", "i1"))).steps()).hasSize(1);
    toCopy(coldTombstone("i4", 50));
    assertThat(batch(List.of(example("i4", "i1"))).steps()).isEmpty();
    toCopy(tuned("i4", 60, vector(90)));
    toCopy(cold("i4", 60, 60, vector(91)));
    assertThat(batch(List.of(example("i4", "i1"))).steps()).hasSize(1);
    TrainerAttempt owner = owner(toOne, 0);
    owner.learner().onRow(coldTombstone("i4", 50), 0);
    owner.learner().onRow(cold("i4", 60, 60, vector(91)), 0);
    give(owner, work(toOne, List.of(example("i4", "i1"))).get(0));
    assertThat(row(owner, "i4").interactions).isEqualTo(1);
    assertThat(owner.tables().working(row(owner, "i4").slot)).isNotEqualTo(vector(91));
  }

  @Test
  void refusesWhatAnotherReleaseWrote() {
    assertThatThrownBy(() -> WorkedStepCodec.read(new byte[] {9}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("version 9");
  }

  private static RowRecord tuned(String item, long incarnation, float[] vector) {
    return SmallModel.record(
        RowRecord.Kind.TUNED,
        item,
        70,
        coldRow(item, incarnation, 1, vector).toBuilder()
            .setVersion(RowVersion.newBuilder().setEpoch(5).setStep(1))
            .build());
  }

  private static RowRecord rolledBack(String item) {
    return SmallModel.record(
        RowRecord.Kind.ROLLBACK,
        item,
        70,
        coldRow(item, 1, 1, vector(31)).toBuilder()
            .setVersion(RowVersion.newBuilder().setGeneration(1).setEpoch(5).setStep(1))
            .build());
  }

  private static WorkedStep.Part part(WorkedStepCodec.Received step, TrainerAttempt owner) {
    return step.parts(owner.learner().rows()).get(0);
  }

  private static Row row(TrainerAttempt of, String item) {
    return Objects.requireNonNull(of.learner().rows().get(item), item);
  }

  /** Names by the owner's table, a dash for what is passed over. */
  private static List<String> items(TrainerAttempt owner, Section section) {
    List<String> names = new ArrayList<>();
    for (int slot : section.rows()) {
      names.add(slot < 0 ? "-" : owner.learner().rows().at(slot).item);
    }
    return names;
  }
}
