package dev.headwater.jobs.coldstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class MicroBatcherTest {
  private final List<List<Integer>> batches = Collections.synchronizedList(new ArrayList<>());

  @Test
  void whatComesWhileABatchIsWorkedOnIsTheNextBatch() throws Exception {
    CountDownLatch working = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(3);
    try (MicroBatcher<Integer> batcher =
        new MicroBatcher<>(
            "test",
            100,
            8,
            0,
            batch -> {
              working.countDown();
              try {
                assertThat(go.await(10, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              batches.add(batch);
              done.countDown();
            })) {
      batcher.add(0);
      assertThat(working.await(10, TimeUnit.SECONDS)).isTrue();
      for (int i = 1; i <= 10; i++) {
        batcher.add(i);
      }
      go.countDown();
      assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(batches)
        .containsExactly(List.of(0), List.of(1, 2, 3, 4, 5, 6, 7, 8), List.of(9, 10));
  }
}
