package dev.headwater.jobs.finetune;

import dev.headwater.idp.online.Example;
import dev.headwater.idp.online.JointStep;
import dev.headwater.idp.online.StepGradients;
import dev.headwater.idp.online.Steps;
import dev.headwater.idp.online.TableBatch;
import dev.headwater.idp.rank.WeightGradient;
import java.util.ArrayList;
import java.util.List;

/**
 * What a learner ranks and learns in one turn. Learners of one encoder take their turns together:
 * {@link #learn} lets all of their histories through it at once. Event by event each is ranked with
 * rows, counts and weights of before it, then counted; then rows learn, in steps. For one thread.
 */
final class Lesson {
  /** Most examples that go through the encoder at once; more would not be quicker. */
  static final int TOGETHER = 256;

  private final Learner learner;
  private final List<SlottedExample> batch;
  private final List<SlottedExample> chosen;
  private final List<Example> slots;
  private final List<Example> likes;
  private final List<List<SlottedExample>> steps;

  Lesson(
      Learner learner,
      List<SlottedExample> batch,
      List<SlottedExample> chosen,
      List<List<SlottedExample>> steps) {
    this.learner = learner;
    this.batch = batch;
    this.chosen = chosen;
    this.steps = steps;
    slots = chosen.stream().map(SlottedExample::slots).toList();
    likes = slots.stream().filter(example -> example.weight() > 0).toList();
  }

  /** Learns what several learners have begun; their encoder is one. */
  static void learn(List<Lesson> lessons) {
    if (lessons.isEmpty()) {
      return;
    }
    rank(lessons);
    int layers = lessons.stream().mapToInt(lesson -> lesson.steps.size()).max().orElse(0);
    for (int layer = 0; layer < layers; layer++) {
      List<Step> due = new ArrayList<>();
      for (Lesson lesson : lessons) {
        if (layer < lesson.steps.size()) {
          due.add(new Step(lesson.learner, lesson.steps.get(layer)));
        }
      }
      due.sort((one, other) -> Integer.compare(one.longest(), other.longest()));
      Steps.packed(due, step -> step.batch().size(), TOGETHER).forEach(Lesson::take);
    }
  }

  private static void rank(List<Lesson> lessons) {
    List<TableBatch> ranked = new ArrayList<>();
    List<TableBatch> scored = new ArrayList<>();
    for (Lesson lesson : lessons) {
      if (!lesson.likes.isEmpty()) {
        ranked.addAll(lesson.learner.meter().tables(lesson.likes));
      }
      if (!lesson.slots.isEmpty()) {
        scored.add(new TableBatch(lesson.slots, lesson.learner.tables().tuner().table()));
      }
    }
    Tables any = lessons.get(0).learner.tables();
    List<double[]> ranks = any.ranker().ranks(ranked);
    int at = 0;
    for (Lesson lesson : lessons) {
      if (!lesson.likes.isEmpty()) {
        int tables = lesson.learner.meter().tables(lesson.likes).size();
        RowTable rows = lesson.learner.rows();
        lesson
            .learner
            .meter()
            .ranked(lesson.likes, ranks.subList(at, at + tables), rows.size(), rows::at);
        at += tables;
      }
    }
    List<float[][]> scores = any.ranker().scores(scored);
    at = 0;
    for (Lesson lesson : lessons) {
      float[][] own = lesson.slots.isEmpty() ? new float[0][] : scores.get(at++);
      lesson.answerAndCount(own);
    }
  }

  /**
   * Event by event: ranked with rows, counts and weights of before it, then the weights learn, then
   * it is counted; the rows learn after all of them. The weights look at the rows that learn, which
   * readers see a moment later: so a replay gives the same weights whatever its pace.
   */
  private void answerAndCount(float[][] scores) {
    DomainRanker.Late late = learner.late(!chosen.isEmpty());
    int at = 0;
    for (SlottedExample slotted : batch) {
      if (at < scores.length && isSame(chosen.get(at), slotted)) {
        answer(slotted, scores[at++], late);
      }
      learner.count(slotted);
      if (slotted.example().isForTarget() && !slotted.example().isDislike()) {
        learner.meter().seen(slotted.example().target());
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // the chosen ones are some of the batch, in their order
  private static boolean isSame(SlottedExample one, SlottedExample other) {
    return one == other;
  }

  private void answer(SlottedExample slotted, float[] scores, DomainRanker.Late late) {
    TrainingExample example = slotted.example();
    DomainRanker ranker = learner.ranker();
    double simple = ranker.simpleRank(slotted.slots(), late);
    DomainRanker.Ranked ranked =
        ranker.rank(slotted.slots(), example.idleMs(), scores, learner.rankerRow().isOwned());
    if (!example.isDislike()) { // what is not wanted is no hit
      learner.meter().answered(ranked.rank(), simple);
    }
    WeightGradient said = ranked.said();
    if (said != null) {
      ranker.take(said);
    }
  }

  /** A step of one learner. */
  private record Step(Learner learner, List<SlottedExample> batch) {
    int longest() {
      return batch.stream().mapToInt(each -> each.bounded().history().length).max().orElse(0);
    }

    JointStep.Work work() {
      return learner.tables().tuner().work(batch.stream().map(SlottedExample::bounded).toList());
    }
  }

  private static void take(List<Step> steps) {
    List<List<RowTracing.Learning>> spans =
        steps.stream().map(step -> step.learner().beginSpans(step.batch())).toList();
    List<StepGradients> said = JointStep.gradients(steps.stream().map(Step::work).toList());
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      step.learner().take(step.batch(), said.get(i), spans.get(i));
    }
  }
}
