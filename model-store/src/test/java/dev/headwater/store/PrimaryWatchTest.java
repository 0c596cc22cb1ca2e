package dev.headwater.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.store.PrimaryWatch.Peer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PrimaryWatchTest {
  private long nowNs = 1_000;
  private final PrimaryWatch watch = new PrimaryWatch(Duration.ofSeconds(3), () -> nowNs);

  private void pass(long ms) {
    nowNs += Duration.ofMillis(ms).toNanos();
  }

  @Test
  void onlyOneThatIsSilentInBothPlacesIsGone() {
    pass(2_999);
    assertThat(watch.isGone(Peer.GONE)).as("not for long enough").isFalse();
    pass(1);
    assertThat(watch.isGone(Peer.PRIMARY)).as("its interface says that it is well").isFalse();
    assertThat(watch.isGone(Peer.GONE)).isTrue();
  }

  @Test
  void asksBeforeTheTimeIsOver() {
    pass(1_499);
    assertThat(watch.isSuspect()).isFalse();
    pass(1);
    assertThat(watch.isSuspect()).isTrue();
  }

  @Test
  void aSignOfLifeBeginsAnew() {
    pass(2_900);
    watch.heard();
    pass(2_900);
    assertThat(watch.isGone(Peer.GONE)).isFalse();
    assertThat(watch.silence()).isEqualTo(Duration.ofMillis(2_900));
  }

  @Test
  void ofTwoThatStandByOneLetsTheOtherGoFirst() {
    pass(5_999);
    assertThat(watch.isGone(Peer.STANDBY_BEFORE)).isFalse();
    pass(1);
    assertThat(watch.isGone(Peer.STANDBY_BEFORE)).as("it did not").isTrue();
  }
}
