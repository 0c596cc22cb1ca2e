package dev.headwater.jobs.finetune;

import dev.headwater.idp.online.StepGradients;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * What a worker hands to the owners of rows: what one step says of rows, and the clicks it was
 * learned from. {@link WorkedStepCodec} writes it down.
 *
 * @param gradients by slots of a table
 * @param clicks one a target of the gradients, in their order
 */
record WorkedStep(StepGradients gradients, List<TrainingExample> clicks) {
  /** Checks that each target has its click. */
  WorkedStep {
    int targets = gradients.targets().rows().length;
    if (clicks.size() != targets) {
      throw new IllegalArgumentException(clicks.size() + " clicks for " + targets + " targets");
    }
  }

  /**
   * Cuts it by owner; each gets what is said of its rows, and the clicks on them.
   *
   * @param owners how many there are
   * @param ownerOf gives the owner of a slot, from 0
   */
  List<WorkedStep> cut(int owners, IntUnaryOperator ownerOf) {
    List<List<TrainingExample>> own = new ArrayList<>(owners);
    for (int owner = 0; owner < owners; owner++) {
      own.add(new ArrayList<>());
    }
    int[] targets = gradients.targets().rows();
    for (int i = 0; i < targets.length; i++) {
      if (targets[i] >= 0) {
        own.get(ownerOf.applyAsInt(targets[i])).add(clicks.get(i));
      }
    }
    List<StepGradients> parts = gradients.cut(owners, ownerOf);
    List<WorkedStep> all = new ArrayList<>(owners);
    for (int owner = 0; owner < owners; owner++) {
      all.add(new WorkedStep(parts.get(owner), own.get(owner)));
    }
    return all;
  }
}
