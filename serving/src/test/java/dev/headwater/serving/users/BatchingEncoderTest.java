package dev.headwater.serving.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.serving.MeanEncoder;
import dev.headwater.serving.users.BatchingEncoder.Bounds;
import dev.headwater.serving.users.BatchingEncoder.EncoderBusyException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class BatchingEncoderTest {
  private static final float[][] HISTORY = {{1, 0}, {0, 1}};

  /** Encodes nothing before it is let go. */
  private record Stuck(CountDownLatch release) implements HistoryEncoder {
    @Override
    public int dim() {
      return 2;
    }

    @Override
    public int maxLength() {
      return 10;
    }

    @Override
    public float[][] encode(List<float[][]> histories) {
      try {
        release.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return new MeanEncoder(2, 10).encode(histories);
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }

  @Test
  void whoWaitedTooLongHearsThatTheEncoderIsBusy() {
    CountDownLatch release = new CountDownLatch(1);
    try (BatchingEncoder users = new BatchingEncoder(new Stuck(release), new Bounds(4, 2, 2, 50))) {
      CompletableFuture<float[]> vector = users.encode(HISTORY);
      assertThatThrownBy(vector::join)
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(EncoderBusyException.class);
      release.countDown();
    }
  }

  @Test
  void whoFindsTheQueueFullHearsItAtOnce() {
    CountDownLatch release = new CountDownLatch(1);
    try (BatchingEncoder users =
        new BatchingEncoder(new Stuck(release), new Bounds(1, 2, 2, 10_000))) {
      List<CompletableFuture<float[]>> asked =
          java.util.stream.IntStream.range(0, 8).mapToObj(i -> users.encode(HISTORY)).toList();
      assertThat(asked).anyMatch(CompletableFuture::isCompletedExceptionally);
      release.countDown();
      for (CompletableFuture<float[]> each : asked) {
        if (!each.isCompletedExceptionally()) {
          assertThat(each.join()).containsExactly(0.5f, 0.5f);
        }
      }
    }
  }
}
