package dev.headwater.serving.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.idp.expert.Takes;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TakesByCodeTest {
  private static final long LAST_TICK = (1L << 48) - 1;

  private final TakesByCode all = new TakesByCode();

  private Takes read(int code) {
    Takes takes = new Takes();
    int unused = all.read(code, takes);
    return takes;
  }

  private static Takes takes(double taken, double recent, long first, long last) {
    Takes takes = new Takes();
    takes.setTaken(taken, first, last);
    takes.setRecent(recent, recent / 2, recent / 3);
    return takes;
  }

  @Test
  void theLastTickIsKeptExactlyAndTheRestToAPartIn16Million() {
    Random random = new Random(3);
    for (int code = 0; code < 10_000; code++) {
      double taken = Math.exp(30 * random.nextDouble() - 15);
      double recent = taken * random.nextDouble();
      long first = random.nextLong(LAST_TICK);
      long last = random.nextLong(first, LAST_TICK + 1);
      all.set(code, takes(taken, recent, first, last));
      Takes kept = read(code);
      assertThat(kept.writtenTaken()).isCloseTo(taken, within(taken / (1 << 24)));
      assertThat(kept.writtenRecent(0)).isCloseTo(recent, within(recent / (1 << 24)));
      assertThat(kept.writtenRecent(2)).isCloseTo(recent / 3, within(recent / (1 << 24)));
      assertThat(kept.firstTick()).isCloseTo(first, within(((last - first) >> 24) + 1));
      assertThat(kept.lastTick()).isEqualTo(last);
    }
  }

  @Test
  void whatWasTakenStaysTakenAndATickTooFarAwayIsTheLast() {
    all.set(7, takes(1e-60, 0, 5, Long.MAX_VALUE));
    Takes kept = read(7);
    assertThat(kept.isTaken()).isTrue();
    assertThat(kept.writtenRecent(0)).isZero();
    assertThat(kept.firstTick()).isZero();
    assertThat(kept.lastTick()).isEqualTo(LAST_TICK);
    all.set(7, null);
    assertThat(read(7).isTaken()).isFalse();
    assertThat(read(8).isTaken()).isFalse();
    assertThat(read(1_000_000).isTaken()).isFalse();
    assertThat(read(-1).isTaken()).isFalse();
  }

  @Test
  void theFirstTickOfAnItemTakenOnceIsItsLast() {
    all.set(4, takes(1, 1, LAST_TICK - 1, LAST_TICK - 1));
    assertThat(read(4).firstTick()).isEqualTo(LAST_TICK - 1).isEqualTo(read(4).lastTick());
  }

  @Test
  void stampsBeginAgainAfterSoMany() {
    for (int round = 0; round < 1 << 15; round++) {
      int next = all.nextStamp(3);
      all.set(3, takes(round + 1, 1, 1, LAST_TICK));
      Takes kept = new Takes();
      assertThat(all.read(3, kept)).isEqualTo(next);
      assertThat(kept.writtenTaken()).isEqualTo(round + 1);
      assertThat(kept.lastTick()).isEqualTo(LAST_TICK);
    }
    assertThat(all.read(3, new Takes())).isZero();
  }

  @Test
  void eachTimeItIsSetTheStampIsAnother() {
    all.set(3, takes(1, 1, 1, 1));
    int before = all.read(3, new Takes());
    assertThat(all.nextStamp(3)).isNotEqualTo(before);
    int next = all.nextStamp(3);
    all.set(3, takes(2, 1, 1, 2));
    assertThat(all.read(3, new Takes())).isEqualTo(next);
  }
}
