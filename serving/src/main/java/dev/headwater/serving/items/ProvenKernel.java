package dev.headwater.serving.items;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A kernel known to work until another one has shown, beside the requests, that it is faster: until
 * the compiler has made machine instructions of them, explicit vectors are objects, a hundred times
 * slower than plain loops, for seconds on a busy machine and for ever under the first compiler
 * alone. Each operation goes over by itself. Thread-safe.
 */
final class ProvenKernel implements Kernel {
  private static final int ROWS = 128;
  private static final int DIM = 64;
  private static final long BURST_NANOS = 5_000_000;
  private static final long KNOWN_NANOS = 1_000_000;

  /**
   * So long it is tried one part in {@link #SHARE} of the time: the compiler waits for some hundred
   * calls of a kernel, which take a millisecond each until then, and has a queue before them.
   */
  private static final long EAGER_NANOS = 90_000_000_000L;

  private static final int SHARE = 8;

  /** From then on each pause is twice as long as the one before, to this. */
  private static final long PAUSE_MS_MAX = 60_000;

  private final Kernel known;
  private final Kernel other;
  private final LongSupplier nanos;
  private final LongSupplier cpuNanos;
  private volatile Kernel floats;
  private volatile Kernel bytes;
  private volatile Kernel rows;
  private volatile Kernel halves;

  private final float[] query = new float[DIM];
  private final float[] floatValues = new float[DIM * ROWS];
  private final byte[] byteValues = new byte[DIM * ROWS];
  private final short[] halfValues = new short[DIM * ROWS];
  private final float[] wide = new float[DIM];
  private final float[] out = new float[ROWS];

  /**
   * Begins with the kernel that is known.
   *
   * @param nanos the time, by which it is tried again
   * @param cpuNanos the processor time of this thread, by which kernels are compared: on a busy
   *     machine a thread that has to wait is not slow
   */
  ProvenKernel(Kernel known, Kernel other, LongSupplier nanos, LongSupplier cpuNanos) {
    this.known = known;
    this.other = other;
    this.nanos = nanos;
    this.cpuNanos = cpuNanos;
    floats = known;
    bytes = known;
    rows = known;
    halves = known;
  }

  /**
   * Tries the other kernel in a thread of its own until it is faster: an eighth of the time at
   * first, and once a minute, for some 25 ms of processor, where it is not after long.
   */
  void tryInBackground() {
    Thread thread = new Thread(this::run, "serving-kernel-trial");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      long start = nanos.getAsLong();
      long pauseMs = 1;
      for (long now = start; !isProven(); now = nanos.getAsLong()) {
        pauseMs = pauseMs(now - start, nanos.getAsLong() - now, pauseMs);
        Thread.sleep(pauseMs);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Returns how long to wait after a try, milliseconds.
   *
   * @param sinceNanos since the first try
   * @param tookNanos of this one
   * @param beforeMs how long it waited before
   */
  static long pauseMs(long sinceNanos, long tookNanos, long beforeMs) {
    return sinceNanos < EAGER_NANOS
        ? Math.max(1, (SHARE - 1) * tookNanos / 1_000_000)
        : Math.min(2 * beforeMs, PAUSE_MS_MAX);
  }

  /** Tries what is not proven yet and tells whether all is. For one thread. */
  boolean isProven() {
    if (floats != other && isFaster(kernel -> kernel.scores(query, floatValues, out))) {
      floats = other;
    }
    if (bytes != other && isFaster(kernel -> kernel.scores(query, byteValues, out))) {
      bytes = other;
    }
    if (rows != other && isFaster(this::dots)) {
      rows = other;
    }
    if (halves != other && isFaster(this::halfDots)) {
      halves = other;
    }
    return floats == other && bytes == other && rows == other && halves == other;
  }

  private void dots(Kernel kernel) {
    for (int r = 0; r < ROWS; r++) {
      out[r] = kernel.dot(query, floatValues, r * DIM);
    }
  }

  private void halfDots(Kernel kernel) {
    for (int r = 0; r < ROWS; r++) {
      out[r] = kernel.dot(query, halfValues, r * DIM);
      kernel.widen(halfValues, r * DIM, DIM, wide);
    }
  }

  private boolean isFaster(Consumer<Kernel> work) {
    return perSecond(other, work, BURST_NANOS) > perSecond(known, work, KNOWN_NANOS);
  }

  private double perSecond(Kernel kernel, Consumer<Kernel> work, long burstNanos) {
    long start = cpuNanos.getAsLong();
    long took = 0;
    int done = 0;
    while (took < burstNanos) {
      work.accept(kernel);
      done++;
      took = cpuNanos.getAsLong() - start;
    }
    return done * 1e9 / took;
  }

  @Override
  public void scores(float[] query, float[] values, float[] out) {
    floats.scores(query, values, out);
  }

  @Override
  public void scores(float[] query, byte[] values, float[] out) {
    bytes.scores(query, values, out);
  }

  @Override
  public float dot(float[] query, float[] rows, int from) {
    return this.rows.dot(query, rows, from);
  }

  @Override
  public float dot(float[] query, short[] rows, int from) {
    return halves.dot(query, rows, from);
  }

  @Override
  public void widen(short[] rows, int from, int count, float[] into) {
    halves.widen(rows, from, count, into);
  }
}
