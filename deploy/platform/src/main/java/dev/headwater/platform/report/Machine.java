package dev.headwater.platform.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.management.ManagementFactory;

/**
 * The machine a measurement ran on, so that a busy one shows. What computes keeps pace with the
 * first of its speeds, what answers from large tables with the second: machines that multiply alike
 * may differ threefold in it.
 *
 * @param cores processors the JVM may use
 * @param load1 load average of the last minute
 * @param matmulGflops speed of a 256 x 256 single-precision matrix product on one core, in plain
 *     Java
 * @param randomReadNs how long a read waits that comes from anywhere in 64 MB and has to end before
 *     the next begins, nanoseconds
 */
public record Machine(int cores, double load1, double matmulGflops, double randomReadNs) {
  private static final int SIZE = 256;
  private static final int READ_FROM = 1 << 24;
  private static final int READS = 300_000;

  /** Measures now; takes about a third of a second and 64 MB. */
  public static Machine measure() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return new Machine(Runtime.getRuntime().availableProcessors(), load, gflops(), readNs());
  }

  /** Returns the object that every measuring verb adds to its JSON. */
  public JsonNode toJson() {
    ObjectNode node = JsonReport.object();
    node.put("cores", cores);
    node.put("load1", Math.round(load1 * 100) / 100.0);
    node.put("matmul_gflops", Math.round(matmulGflops * 10) / 10.0);
    node.put("random_read_ns", Math.round(randomReadNs));
    return node;
  }

  private static double gflops() {
    float[] a = new float[SIZE * SIZE];
    float[] b = new float[SIZE * SIZE];
    float[] c = new float[SIZE * SIZE];
    java.util.Arrays.fill(a, 1.5f);
    java.util.Arrays.fill(b, 0.5f);
    double best = 0;
    for (int round = 0; round < 12; round++) {
      long start = System.nanoTime();
      multiply(a, b, c);
      best = Math.max(best, 2.0 * SIZE * SIZE * SIZE / (System.nanoTime() - start));
    }
    return c[0] > 0 ? best : 0;
  }

  /** A generator of full period says where to read next, by what was read: zeros, nobody knows. */
  private static double readNs() {
    int[] zeros = new int[READ_FROM];
    double best = Double.POSITIVE_INFINITY;
    int at = 1;
    for (int round = 0; round < 3; round++) {
      long start = System.nanoTime();
      for (int read = 0; read < READS; read++) {
        at = (at * 1_664_525 + 1_013_904_223 + zeros[at]) & (READ_FROM - 1);
      }
      best = Math.min(best, (System.nanoTime() - start) / (double) READS);
    }
    return at >= 0 ? best : 0;
  }

  private static void multiply(float[] a, float[] b, float[] c) {
    for (int i = 0; i < SIZE; i++) {
      for (int k = 0; k < SIZE; k++) {
        float factor = a[i * SIZE + k];
        for (int j = 0; j < SIZE; j++) {
          c[i * SIZE + j] += factor * b[k * SIZE + j];
        }
      }
    }
  }
}
