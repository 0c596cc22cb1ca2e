package dev.headwater.jobs.finetune;

import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.online.EncodedStep;
import dev.headwater.idp.online.JointStep;
import dev.headwater.idp.online.Steps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a worker takes out of its window at a time, encoded.
 *
 * @param batch what was taken
 * @param encoded each of its steps, in their order
 */
record Turn(DomainWorker.Batch batch, List<EncodedStep> encoded) {
  /**
   * Encodes the turns of workers, in their order. What shares an encoder goes through it together,
   * steps of one batch too: no row moves between them. Steps of like length lie side by side; a
   * batch's own stay in their order.
   */
  static List<Turn> encode(List<DomainWorker.Batch> batches) {
    List<Turn> turns = new ArrayList<>();
    Map<SequenceEncoder, List<Step>> sharing = new LinkedHashMap<>();
    for (DomainWorker.Batch batch : batches) {
      EncodedStep[] encoded = new EncodedStep[batch.steps().size()];
      turns.add(new Turn(batch, Arrays.asList(encoded)));
      for (int at = 0; at < encoded.length; at++) {
        sharing
            .computeIfAbsent(batch.of().encoder(), any -> new ArrayList<>())
            .add(new Step(turns.get(turns.size() - 1), at));
      }
    }
    for (List<Step> all : sharing.values()) {
      all.sort(Comparator.comparingInt(Step::longest));
      Steps.packed(all, step -> step.lessons().size(), Lesson.TOGETHER).forEach(Turn::together);
    }
    return turns;
  }

  private static void together(List<Step> steps) {
    List<EncodedStep> encoded = JointStep.encoded(steps.stream().map(Step::work).toList());
    for (int i = 0; i < encoded.size(); i++) {
      Step step = steps.get(i);
      step.turn.encoded.set(step.at, encoded.get(i));
    }
  }

  /** A step of a turn, by its place. */
  private record Step(Turn turn, int at) {
    List<DomainWorker.Lesson> lessons() {
      return turn.batch.steps().get(at);
    }

    int longest() {
      return lessons().stream().mapToInt(DomainWorker.Lesson::length).max().orElse(0);
    }

    JointStep.Work work() {
      return turn.batch.of().work(lessons());
    }
  }
}
