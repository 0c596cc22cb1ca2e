package dev.headwater.jobs.finetune;

import static dev.headwater.jobs.finetune.SmallModel.cold;
import static dev.headwater.jobs.finetune.SmallModel.coldRow;
import static dev.headwater.jobs.finetune.SmallModel.coldTombstone;
import static dev.headwater.jobs.finetune.SmallModel.example;
import static dev.headwater.jobs.finetune.SmallModel.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.events.RowRecord;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.idp.online.JointStep;
import dev.headwater.idp.online.StepGradients;
import dev.headwater.idp.online.StepGradients.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A worker that owns nothing, and owners whose tables are in another order than its own. */
class WorkedStepCodecTest {
  private static final int ITEMS = 20;

  private final List<TrainerAttempt> open = new ArrayList<>();
  private final TrainerAttempt worker = attempt(item -> false);
  private final TrainerAttempt owner = attempt(WorkedStepCodecTest::isEven);

  private TrainerAttempt attempt(Predicate<String> owns) {
    TrainerAttempt made = new TrainerAttempt(record -> {}, 5, 0, owns);
    open.add(made);
    return made;
  }

  @BeforeEach
  void load() {
    SmallModel.load(worker.learner(), ITEMS);
    owner.learner().onRow(cold("before-all", 1, 1, vector(77)), 0);
    SmallModel.load(owner.learner(), ITEMS);
  }

  @AfterEach
  void close() {
    open.forEach(TrainerAttempt::close);
  }

  private static boolean isEven(String item) {
    return item.startsWith("i") && Integer.parseInt(item.substring(1)) % 2 == 0;
  }

  private static RowLearner learner(TrainerAttempt of) {
    return new RowLearner(of.learner().rows(), of.tables(), of.stats(), row -> {}, row -> {});
  }

  /** Several clicks on items of both owners, a dislike, and one in a trace. */
  private static List<TrainingExample> clicks() {
    return List.of(
        example("i3", "i1", "i2", "i4"),
        example("i4", "i5", "i2").withWeight(-1),
        example("i4", "i1").withNumber(12).withTick(11).withIdle(90).withTraceparent("00-a-b-01"),
        example("i8", "i9", "i3", "i1", "i6"));
  }

  private WorkedStep work() {
    List<SlottedExample> batch = new ArrayList<>();
    for (TrainingExample click : clicks()) {
      batch.add(Objects.requireNonNull(SlottedExample.of(click, worker.learner().rows())));
    }
    StepGradients said =
        JointStep.gradients(
                List.of(
                    worker
                        .tables()
                        .tuner()
                        .work(batch.stream().map(SlottedExample::bounded).toList())))
            .get(0);
    return new WorkedStep(said, clicks());
  }

  private WorkedStep sent(WorkedStep step, TrainerAttempt to) {
    byte[] bytes = WorkedStepCodec.write(step, worker.learner().rows());
    return WorkedStepCodec.read(bytes, to.learner().rows());
  }

  private List<WorkedStep> cut(WorkedStep step) {
    return step.cut(2, slot -> isEven(worker.learner().rows().at(slot).item) ? 0 : 1);
  }

  @Test
  void ownersThatGetTheirPartsLearnWhatOneOwnerOfAllLearnsBitForBit() {
    TrainerAttempt other = attempt(item -> !isEven(item));
    TrainerAttempt whole = attempt(item -> true);
    SmallModel.load(other.learner(), ITEMS);
    SmallModel.load(whole.learner(), ITEMS);
    WorkedStep step = work();
    List<WorkedStep> parts = cut(step);
    assertThat(learner(whole).take(step)).isTrue();
    assertThat(learner(owner).take(sent(parts.get(0), owner))).isTrue();
    assertThat(learner(other).take(sent(parts.get(1), other))).isTrue();
    for (int i = 0; i < ITEMS; i++) {
      Row expected = row(whole, "i" + i);
      TrainerAttempt at = isEven("i" + i) ? owner : other;
      Row learned = row(at, "i" + i);
      assertThat(at.tables().tuner().state(learned.slot))
          .usingRecursiveComparison()
          .isEqualTo(whole.tables().tuner().state(expected.slot));
      assertThat(learned.interactions).isEqualTo(expected.interactions);
      assertThat(learned.newestEventId).isEqualTo(expected.newestEventId);
    }
    assertThat(owner.stats().learned() + other.stats().learned()).isEqualTo(4);
    assertThat(row(whole, "i4").interactions).isEqualTo(2);
  }

  @Test
  void aStepComesThroughItsBytesWhole() {
    WorkedStep step = work();
    WorkedStep read = sent(step, owner);
    assertThat(read.gradients().loss()).isEqualTo(step.gradients().loss());
    assertThat(read.gradients().examples()).isEqualTo(4);
    assertThat(read.gradients().histories().gradients())
        .isEqualTo(step.gradients().histories().gradients());
    assertThat(read.gradients().targets().gradients())
        .isEqualTo(step.gradients().targets().gradients());
    assertThat(read.gradients().negatives().gradients())
        .isEqualTo(step.gradients().negatives().gradients());
    assertThat(read.clicks()).usingRecursiveComparison().isEqualTo(step.clicks());
    assertThat(items(read.gradients().targets())).containsExactly("-", "i4", "i4", "i8");
    assertThat(items(read.gradients().histories()))
        .containsExactly("-", "i2", "i4", "-", "-", "-", "i6");
  }

  @Test
  void whatIsSaidOfARowThatEndedOrBeganAgainIsPassedOver() {
    WorkedStep step = work();
    owner.learner().onRow(coldTombstone("i4", 50), 10);
    owner.learner().onRow(cold("i8", 60, 60, vector(8)), 20);
    WorkedStep read = sent(step, owner);
    assertThat(items(read.gradients().targets())).containsExactly("-", "-", "-", "-");
    assertThat(items(read.gradients().histories()))
        .containsExactly("-", "i2", "-", "-", "-", "-", "i6");
    assertThat(learner(owner).take(read)).isTrue();
    assertThat(owner.tables().working(row(owner, "i8").slot)).isEqualTo(vector(8));
    assertThat(owner.tables().working(row(owner, "i2").slot)).isNotEqualTo(vector(2));
  }

  @Test
  void whatIsSaidOfARowFromBeforeItsRollbackIsPassedOver() {
    WorkedStep before = work();
    owner.learner().onRow(rolledBack("i2"), 10);
    assertThat(items(sent(before, owner).gradients().histories())).doesNotContain("i2");
    assertThat(items(sent(before, owner).gradients().histories())).contains("i4");
    worker.learner().onRow(rolledBack("i2"), 20);
    assertThat(items(sent(work(), owner).gradients().histories())).contains("i2", "i4");
  }

  @Test
  void refusesWhatAnotherReleaseWrote() {
    assertThatThrownBy(() -> WorkedStepCodec.read(new byte[] {9}, owner.learner().rows()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("version 9");
  }

  @Test
  void aRowTakesItsVectorAndFewBytesMore() {
    WorkedStep step = work();
    byte[] bytes = WorkedStepCodec.write(step, worker.learner().rows());
    int vectors = step.gradients().size() * Float.BYTES * SmallModel.DIM;
    int names = step.gradients().size() * (2 + 3 + Long.BYTES);
    assertThat(bytes.length - vectors - names).isBetween(0, 150 * step.clicks().size());
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

  private static Row row(TrainerAttempt of, String item) {
    return Objects.requireNonNull(of.learner().rows().get(item));
  }

  /** Names by the owner's table, a dash for what is passed over. */
  private List<String> items(Section section) {
    List<String> names = new ArrayList<>();
    for (int slot : section.rows()) {
      names.add(slot < 0 ? "-" : owner.learner().rows().at(slot).item);
    }
    return names;
  }
}
