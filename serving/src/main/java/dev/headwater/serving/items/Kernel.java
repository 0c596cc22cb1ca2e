package dev.headwater.serving.items;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.LongSupplier;

/**
 * Dot products of one query with the rows of a block. Rows lie column after column: value {@code d}
 * of row {@code r} stands at {@code d * rows + r}. Implementations keep no state.
 */
interface Kernel {
  /** The fastest one that this JVM can run, as far as it has compiled it. */
  Kernel BEST = choose();

  /**
   * Computes {@code out[r] = query · row r}.
   *
   * @param values columns of {@code out.length} values each
   */
  void scores(float[] query, float[] values, float[] out);

  /**
   * The same for rows of bytes.
   *
   * @param values columns of {@code out.length} values each
   */
  void scores(float[] query, byte[] values, float[] out);

  /** Computes the dot product of a query with what stands row after row, from a place on. */
  float dot(float[] query, float[] rows, int from);

  /** The same for finite values in half precision. */
  float dot(float[] query, short[] rows, int from);

  /** Copies so many finite values in half precision, from a place on. */
  void widen(short[] rows, int from, int count, float[] into);

  /**
   * Widens a finite half without asking what kind it is: its exponent moved to a float's place is
   * 2^112 times less than what it means, also below the smallest normal one.
   */
  static float widened(short half) {
    return Float.intBitsToFloat((half & 0x8000_0000) | ((half & 0x7fff) << 13)) * 0x1p112f;
  }

  /** Explicit vectors need {@code --add-modules jdk.incubator.vector}; without, plain loops do. */
  private static Kernel choose() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return new PlainKernel();
    }
    try {
      String name = Kernel.class.getPackageName() + ".VectorKernel";
      Kernel vectors =
          Class.forName(name).asSubclass(Kernel.class).getDeclaredConstructor().newInstance();
      ProvenKernel proven =
          new ProvenKernel(new PlainKernel(), vectors, System::nanoTime, cpuNanos());
      proven.tryInBackground();
      return proven;
    } catch (ReflectiveOperationException | LinkageError e) {
      return new PlainKernel();
    }
  }

  /** The processor time of a thread, or, where the JVM cannot tell, the time. */
  private static LongSupplier cpuNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return threads.isCurrentThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled()
        ? threads::getCurrentThreadCpuTime
        : System::nanoTime;
  }
}
