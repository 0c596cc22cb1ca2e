package dev.headwater.idp.tensor;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.function.Supplier;

/**
 * The PyTorch calls that DJL's API lacks or wraps too thickly. Backward runs on the calling thread
 * alone; DJL's gradient collector allows one in a process and visits every array there is.
 *
 * <p>The result of an operation belongs to the manager of its first operand, so let that be one of
 * the step's own arrays and never a parameter.
 */
public final class Torch {
  private static final float EPSILON = 1e-8f;

  private static final String THREADS = "ai.djl.pytorch.num_threads";

  private Torch() {}

  /**
   * Asks for so many threads within an operation, in the whole process, unless the property {@code
   * ai.djl.pytorch.num_threads} says otherwise. Call it before anything else here. Steps of a few
   * dozen examples are quicker on one: its threads spin while they wait for each other.
   */
  public static void preferThreads(int count) {
    if (System.getProperty(THREADS) == null) {
      System.setProperty(THREADS, Integer.toString(count));
    }
  }

  /** A manager at the root whose arrays live on the processor; the caller closes it. */
  public static NDManager newManager() {
    return newManager(ComputeDevice.CPU);
  }

  /** The same for arrays on a device. */
  public static NDManager newManager(ComputeDevice device) {
    return Engine.getEngine("PyTorch").newBaseManager(device.device());
  }

  /** Seeds PyTorch's generator of this process. */
  public static void seed(long seed) {
    Engine.getEngine("PyTorch").setRandomSeed((int) (seed ^ (seed >>> 32)));
  }

  /** Back-propagates {@code gradient} from {@code output} into every leaf that wants one. */
  public static void backward(NDArray output, NDArray gradient) {
    JniUtils.backward((PtNDArray) output, (PtNDArray) gradient, false, false);
  }

  /** Forgets the gradient of a leaf. */
  public static void zeroGradient(NDArray leaf) {
    JniUtils.zeroGrad((PtNDArray) leaf);
  }

  /** Runs with the recording of operations on or off, on this thread. */
  public static <T> T recording(boolean on, Supplier<T> work) {
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(on);
    try {
      return work.get();
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  /** Runs without the recording of operations, on this thread. */
  public static void unrecorded(Runnable work) {
    Object unused =
        recording(
            false,
            () -> {
              work.run();
              return work;
            });
  }

  /**
   * {@code x · factor}, for operations that are recorded. DJL's own {@code mul(Number)} wraps
   * memory of the JVM and lets go of it, while backward reads the factor again: after a garbage
   * collection in between the gradient is lost. Here the factor stands in native memory, which
   * backward itself keeps, so the manager of {@code x} may be closed before.
   */
  public static NDArray scaled(NDArray x, float factor) {
    return x.mul(x.getManager().full(new Shape(), factor));
  }

  /** {@code input · weightᵀ + bias}; the weight is {@code [out, in]}. */
  public static NDArray linear(NDArray input, NDArray weight, NDArray bias) {
    return only(input.getNDArrayInternal().linear(input, weight, bias));
  }

  /** Rows of {@code table} by index; deterministic, forward and backward. */
  public static NDArray rows(NDArray indices, NDArray table) {
    PtNDArray index = (PtNDArray) indices;
    return JniUtils.embedding(index, (PtNDArray) table, false);
  }

  /** A copy of {@code x} with {@code values} written at the columns named by {@code columns}. */
  public static NDArray scatter(NDArray x, NDArray columns, NDArray values) {
    return JniUtils.scatter((PtNDArray) x, (PtNDArray) columns, (PtNDArray) values, 1);
  }

  /** Layer normalisation over the last axis. */
  public static NDArray layerNorm(NDArray x, NDArray gain, NDArray bias, float epsilon) {
    Shape last = new Shape(x.getShape().get(x.getShape().dimension() - 1));
    return only(x.getNDArrayInternal().layerNorm(x, last, gain, bias, epsilon));
  }

  /** Rows at unit length; a zero row stays zero. */
  public static NDArray unit(NDArray x) {
    return JniUtils.normalize((PtNDArray) x, 2, -1, EPSILON);
  }

  /** Runs of a gated recurrent unit; see {@code torch.nn.GRU}, batch first, one layer. */
  public static NDArray gru(NDArray x, NDArray state, NDList weights) {
    return JniUtils.gru((PtNDArray) x, (PtNDArray) state, weights, true, 1, 0, false, false, true)
        .get(0);
  }

  /** Copies an array's values into {@code target} from 0. */
  public static void copyTo(NDArray array, float[] target) {
    floats(array).get(target, 0, Math.toIntExact(array.size()));
  }

  /**
   * The values of an array, for reading: shared where it is contiguous and on the processor, a copy
   * elsewhere; valid while the array is open.
   */
  public static FloatBuffer floats(NDArray array) {
    return array
        .toByteBuffer(true)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer()
        .asReadOnlyBuffer();
  }

  /** An array's values in one on the processor; the array itself where it is there already. */
  public static NDArray onProcessor(NDArray array, ComputeDevice from, NDManager processor) {
    return from.sharesMemory() ? array : processor.create(array.toFloatArray(), array.getShape());
  }

  private static NDArray only(NDList list) {
    return list.singletonOrThrow();
  }
}
