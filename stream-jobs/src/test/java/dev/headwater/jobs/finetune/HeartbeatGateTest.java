package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Heartbeat;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeartbeatGateTest {
  private final HeartbeatGate gate = new HeartbeatGate();
  private final List<Long> out = new ArrayList<>();
  private long exampleMs = Long.MAX_VALUE;
  private long rowMs = Long.MAX_VALUE;

  private final HeartbeatGate.Work work =
      new HeartbeatGate.Work() {
        @Override
        public long oldestExampleMs() {
          return exampleMs;
        }

        @Override
        public long oldestRowMs() {
          return rowMs;
        }
      };

  @Test
  void passesAtOnceWhereNothingIsBeforeIt() {
    arrive(1, 100);
    release(100);
    assertThat(out).containsExactly(1L);
  }

  @Test
  void waitsForTheExampleBeforeItAndThenForItsRow() {
    exampleMs = 90;
    arrive(1, 100);
    release(110);
    assertThat(out).isEmpty();
    exampleMs = Long.MAX_VALUE;
    rowMs = 140; // learned and changed now
    release(140);
    assertThat(out).isEmpty();
    rowMs = Long.MAX_VALUE;
    release(600);
    assertThat(out).containsExactly(1L);
  }

  @Test
  void doesNotWaitForWhatCameAfterIt() {
    arrive(1, 100);
    exampleMs = 101;
    rowMs = 121;
    release(120);
    assertThat(out).containsExactly(1L);
  }

  @Test
  void keepsTheOrder() {
    exampleMs = 90;
    arrive(1, 100);
    arrive(2, 2100);
    release(2200);
    assertThat(out).isEmpty();
    exampleMs = 2000;
    release(2300);
    assertThat(out).containsExactly(1L);
    exampleMs = Long.MAX_VALUE;
    release(2400);
    assertThat(out).containsExactly(1L, 2L);
  }

  @Test
  void aStoppedLearnerDoesNotFillTheMemory() {
    exampleMs = 0;
    for (int i = 0; i < 10_000; i++) {
      arrive(i, 1 + i);
    }
    exampleMs = Long.MAX_VALUE;
    release(20_000);
    assertThat(out).hasSizeLessThan(2_000).startsWith(0L, 1L);
  }

  private void arrive(long seq, long nowMs) {
    Heartbeat heartbeat = Heartbeat.of(Heartbeat.Path.CLICKS, "n", seq, 0, 1);
    gate.arrived("__heartbeat-0", heartbeat, nowMs);
  }

  private void release(long nowMs) {
    gate.release(work, nowMs, (id, heartbeat) -> out.add(heartbeat.seq()));
  }
}
