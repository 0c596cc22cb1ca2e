package dev.headwater.serving.items;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ProvenKernelTest {
  private static final float[] QUERY = {1, 2};
  private static final float[] COLUMNS = {3, 4, 5, 6};
  private static final float KNOWN = 1;
  private static final float OTHER = 2;

  /** What the kernels took together of the processor. */
  private long nanos;

  private long waited;

  private long otherTakes;

  @Test
  void whatIsKnownAnswersUntilTheOtherIsFaster() {
    ProvenKernel kernel =
        new ProvenKernel(
            new Marked(KNOWN, () -> 1_000),
            new Marked(OTHER, () -> otherTakes),
            this::wall,
            () -> nanos);
    otherTakes = 100_000;
    assertThat(kernel.isProven()).isFalse();
    assertThat(answers(kernel)).containsOnly(KNOWN);

    otherTakes = 500;
    assertThat(kernel.isProven()).isTrue();
    assertThat(answers(kernel)).containsOnly(OTHER);
  }

  /** A thread that had to wait for a processor is not slow. */
  @Test
  void whatIsKnownStaysThoughItHadToWait() {
    Marked interrupted =
        new Marked(KNOWN, () -> 1_000) {
          @Override
          public void scores(float[] query, float[] values, float[] out) {
            super.scores(query, values, out);
            waited += 1_000_000_000;
          }
        };
    ProvenKernel kernel =
        new ProvenKernel(interrupted, new Marked(OTHER, () -> 100_000), this::wall, () -> nanos);
    assertThat(kernel.isProven()).isFalse();
    assertThat(answers(kernel)).containsOnly(KNOWN);
  }

  @Test
  void eachOperationGoesOverByItself() {
    Marked slowBytes =
        new Marked(OTHER, () -> 500) {
          @Override
          public void scores(float[] query, byte[] values, float[] out) {
            super.scores(query, values, out);
            nanos += 100_000;
          }
        };
    ProvenKernel kernel =
        new ProvenKernel(new Marked(KNOWN, () -> 1_000), slowBytes, this::wall, () -> nanos);
    assertThat(kernel.isProven()).isFalse();
    assertThat(answers(kernel)).containsExactly(OTHER, KNOWN, OTHER, OTHER);
  }

  /** The compiler waits for hundreds of calls, each of a millisecond until it has them. */
  @Test
  void itIsTriedForTenSecondsOfAMinuteAndAHalfAndSeldomFromThenOn() {
    long tookNanos = 24_000_000;
    long nanos = 0;
    long tried = 0;
    long pauseMs = 1;
    while (nanos < 90_000_000_000L) {
      pauseMs = ProvenKernel.pauseMs(nanos, tookNanos, pauseMs);
      nanos += tookNanos + pauseMs * 1_000_000;
      tried += tookNanos;
    }
    assertThat(tried).isBetween(10_000_000_000L, 12_000_000_000L);
    for (int i = 0; i < 20; i++) {
      pauseMs = ProvenKernel.pauseMs(nanos, tookNanos, pauseMs);
    }
    assertThat(pauseMs).isEqualTo(60_000);
  }

  private long wall() {
    return nanos + waited;
  }

  private static float[] answers(Kernel kernel) {
    float[] floats = new float[2];
    kernel.scores(QUERY, COLUMNS, floats);
    float[] bytes = new float[2];
    kernel.scores(QUERY, new byte[4], bytes);
    float halves = kernel.dot(QUERY, new short[4], 0);
    return new float[] {floats[0], bytes[0], kernel.dot(QUERY, COLUMNS, 0), halves};
  }

  private interface Time {
    long nanos();
  }

  /** Says who it is, and takes the time it is told. */
  private class Marked implements Kernel {
    private final float mark;
    private final Time time;

    Marked(float mark, Time time) {
      this.mark = mark;
      this.time = time;
    }

    @Override
    public void scores(float[] query, float[] values, float[] out) {
      Arrays.fill(out, mark);
      nanos += time.nanos();
    }

    @Override
    public void scores(float[] query, byte[] values, float[] out) {
      Arrays.fill(out, mark);
      nanos += time.nanos();
    }

    @Override
    public float dot(float[] query, float[] rows, int from) {
      nanos += time.nanos();
      return mark;
    }

    @Override
    public void widen(short[] rows, int from, int count, float[] into) {
      into[0] = mark;
      nanos += time.nanos();
    }

    @Override
    public float dot(float[] query, short[] rows, int from) {
      nanos += time.nanos();
      return mark;
    }
  }
}
