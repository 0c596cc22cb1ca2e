package dev.headwater.serving.users;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StandInsWaitTest {
  /** The first text of all loads an encoder, which takes longer than a request waits. */
  @Test
  void whatWaitedTooLongForItsTurnIsMadeAllTheSame() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try {
      StandIns standIns =
          new StandIns(texts -> new float[][] {{1, 2}}, code -> "text " + code, executor);
      var unused =
          executor.submit(
              () -> {
                busy.await();
                return null;
              });
      standIns.make(List.of(7)).get(10, TimeUnit.SECONDS); // gives up
      assertThat(standIns.ready(7)).isNull();
      busy.countDown();
      executor.shutdown();
      assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
      assertThat(standIns.ready(7)).containsExactly(1, 2);
    } finally {
      executor.shutdownNow();
    }
  }
}
