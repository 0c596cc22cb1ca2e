package dev.headwater.idp.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.headwater.idp.tensor.Torch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Adam (Kingma and Ba 2015) over whole arrays, each of which wants a gradient from here until this
 * is closed. For one thread.
 */
final class WeightAdam implements AutoCloseable {
  private static final float DECAY_FIRST = 0.9f;
  private static final float DECAY_SECOND = 0.999f;
  private static final float EPSILON = 1e-8f;

  private final float rate;
  private final int warmUp;
  private final NDManager manager = Torch.newManager();
  private final List<Trained> weights = new ArrayList<>();
  private int steps;

  private record Trained(NDArray weight, NDArray first, NDArray second) {}

  /**
   * Begins.
   *
   * @param rate of a step
   * @param warmUp how many steps it takes to get there
   */
  WeightAdam(Collection<NDArray> arrays, float rate, int warmUp) {
    this.rate = rate;
    this.warmUp = warmUp;
    for (NDArray array : arrays) {
      array.setRequiresGradient(true);
      weights.add(
          new Trained(array, manager.zeros(array.getShape()), manager.zeros(array.getShape())));
    }
  }

  /** Takes a step by the gradients and forgets them. */
  void step() {
    Torch.unrecorded(this::take);
  }

  private void take() {
    steps++;
    float now = rate * Math.min(1, (float) steps / (warmUp + 1));
    float correction1 = (float) (1 - Math.pow(DECAY_FIRST, steps));
    float correction2 = (float) (1 - Math.pow(DECAY_SECOND, steps));
    for (Trained trained : weights) {
      NDArray weight = trained.weight();
      try (NDManager scope = manager.newSubManager()) {
        NDArray gradient = scoped(scope, weight.getGradient());
        NDArray first = trained.first();
        NDArray second = trained.second();
        first.muli(DECAY_FIRST).addi(scoped(scope, gradient.mul(1 - DECAY_FIRST)));
        NDArray square = scoped(scope, gradient.square());
        second.muli(DECAY_SECOND).addi(scoped(scope, square.mul(1 - DECAY_SECOND)));
        NDArray root = scoped(scope, scoped(scope, second.div(correction2)).sqrt()).addi(EPSILON);
        weight.subi(scoped(scope, first.div(root)).muli(now / correction1));
        Torch.zeroGradient(weight);
      }
    }
  }

  private static NDArray scoped(NDManager scope, NDArray array) {
    array.attach(scope);
    return array;
  }

  @Override
  public void close() {
    weights.forEach(trained -> trained.weight().setRequiresGradient(false));
    manager.close();
  }
}
