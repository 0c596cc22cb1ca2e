package dev.headwater.idp.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Floats that Java and native code read and write in the same memory: no copies between them. The
 * memory is a direct buffer (it counts against {@code -XX:MaxDirectMemorySize}) and lives as long
 * as this object or its array is reachable.
 */
public final class SharedFloats implements AutoCloseable {
  private static final int CACHE_LINE = 64;

  private final FloatBuffer floats;
  private final NDArray array;

  /**
   * Allocates zeros.
   *
   * @param manager owns the array's handle
   * @param shape at most 2^29 values
   */
  public SharedFloats(NDManager manager, Shape shape) {
    int bytes = Math.toIntExact(shape.size() * Float.BYTES);
    ByteBuffer memory = aligned(bytes).order(ByteOrder.nativeOrder());
    this.floats = memory.asFloatBuffer();
    this.array = manager.create(memory, shape, DataType.FLOAT32);
  }

  /**
   * Memory that begins at a cache line: native kernels add up in another order where it does not,
   * so that the same training could end in other bits.
   */
  private static ByteBuffer aligned(int bytes) {
    return ByteBuffer.allocateDirect(Math.addExact(bytes, 2 * CACHE_LINE))
        .alignedSlice(CACHE_LINE)
        .slice(0, bytes);
  }

  /** The view for Java: use absolute calls only. */
  public FloatBuffer floats() {
    return floats;
  }

  /** The view for native code. */
  public NDArray array() {
    return array;
  }

  /** The number of values. */
  public int size() {
    return floats.capacity();
  }

  @Override
  public void close() {
    array.close();
  }
}
