package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatencyRecorderTest {
  private final LatencyRecorder recorder = new LatencyRecorder();

  @Test
  void tellsPercentilesOfWhatCame() {
    for (int ms = 1; ms <= 1_000; ms++) {
      recorder.add(ms);
    }
    assertThat(recorder.percentile(0.5)).isEqualTo(500);
    assertThat(recorder.percentile(0.99)).isEqualTo(990);
    assertThat(recorder.count()).isEqualTo(1_000);
  }

  @Test
  void forgetsWhatIsOld() {
    for (int i = 0; i < 20_000; i++) {
      recorder.add(60_000);
    }
    for (int i = 0; i < 33_000; i++) {
      recorder.add(10);
    }
    assertThat(recorder.percentile(1)).isEqualTo(10);
    assertThat(recorder.count()).isEqualTo(53_000);
    assertThat(recorder.kept()).as("percentiles are of these").isBetween(16_384L, 32_768L);
  }

  @Test
  void keepsEnoughForThePercentileThatIsPublished() {
    for (int i = 0; i < 16_384; i++) {
      recorder.add(900);
    }
    recorder.add(10);
    assertThat(recorder.percentile(0.99)).isEqualTo(900);
  }

  @Test
  void nothingIsZeroAndAClockSetBackIsToo() {
    assertThat(recorder.percentile(0.99)).isZero();
    recorder.add(-5);
    assertThat(recorder.percentile(0.99)).isZero();
    recorder.reset();
    assertThat(recorder.count()).isZero();
  }
}
