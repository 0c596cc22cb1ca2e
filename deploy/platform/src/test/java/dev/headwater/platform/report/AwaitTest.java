package dev.headwater.platform.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofMillis(1);

  @Test
  void looksUntilItHolds() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    Await.until("the third look", LONG, PAUSE, () -> looks.incrementAndGet() == 3);
    assertThat(looks).hasValue(3);
  }

  @Test
  void anErrorIsNotYet() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    Await.until(
        "an answer",
        LONG,
        PAUSE,
        () -> {
          if (looks.incrementAndGet() < 3) {
            throw new IOException("refused");
          }
          return true;
        });
    assertThat(looks).hasValue(3);
  }

  @Test
  void saysWhatWasWaitedForAndTheLastError() {
    assertThatThrownBy(
            () ->
                Await.until(
                    "the store",
                    Duration.ZERO,
                    () -> {
                      throw new IOException("refused");
                    }))
        .isInstanceOf(VerbException.class)
        .hasMessageContaining("the store")
        .hasMessageContaining("refused");
  }

  @Test
  void aConditionThatKnowsBetterEndsTheWait() {
    AtomicInteger looks = new AtomicInteger();
    assertThatThrownBy(
            () ->
                Await.until(
                    "a process",
                    LONG,
                    () -> {
                      looks.incrementAndGet();
                      throw new VerbException("it has ended");
                    }))
        .hasMessage("it has ended");
    assertThat(looks).hasValue(1);
  }

  @Test
  void withinTellsWhetherItCame() throws Exception {
    assertThat(Await.within(Duration.ZERO, () -> true)).isTrue();
    assertThat(Await.within(Duration.ZERO, () -> false)).isFalse();
  }

  @Test
  void anInterruptEndsTheWait() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> Await.until("nothing", LONG, () -> false))
        .isInstanceOf(InterruptedException.class);
  }
}
