package dev.headwater.idp.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.tensor.SharedFloats;
import dev.headwater.idp.tensor.Torch;
import java.util.SplittableRandom;

/**
 * Dropout whose masks are windows at random offsets into one block of drawn values: a mask costs
 * one multiplication. (PyTorch draws every value of every mask, on one thread, which takes longer
 * than the layer the mask follows.) For one thread.
 */
public final class BlockDropout implements Dropout, AutoCloseable {
  private static final int BLOCK = 1 << 22;

  private final NDManager manager = Torch.newManager();
  private final SharedFloats block = new SharedFloats(manager, new Shape(BLOCK));
  private final float rate;
  private SplittableRandom random = new SplittableRandom(0);

  /** Makes masks that drop {@code rate} of the values, 0 to below 1. */
  public BlockDropout(float rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("dropout must be from 0 to below 1, not " + rate);
    }
    this.rate = rate;
    redraw(0);
  }

  /** Redraws the block and the offsets from a seed. */
  public void redraw(long seed) {
    random = new SplittableRandom(seed);
    if (rate == 0) {
      return; // never looked at
    }
    float[] values = new float[BLOCK];
    int threshold = (int) (rate * (1L << 31));
    float kept = 1 / (1 - rate);
    for (int i = 0; i < BLOCK; i++) {
      values[i] = (random.nextInt() >>> 1) < threshold ? 0 : kept;
    }
    block.floats().put(0, values);
  }

  @Override
  public NDArray apply(NDArray x) {
    if (rate == 0) {
      return x;
    }
    long size = x.size();
    if (size > BLOCK) {
      throw new IllegalArgumentException("at most " + BLOCK + " values at once, not " + size);
    }
    long from = random.nextLong(BLOCK - size + 1);
    NDArray window =
        block.array().get(x.getManager(), new NDIndex().addSliceDim(from, from + size));
    return x.mul(window.reshape(x.getShape()));
  }

  @Override
  public void close() {
    block.close();
    manager.close();
  }
}
