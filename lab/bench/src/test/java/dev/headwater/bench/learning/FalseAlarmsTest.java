package dev.headwater.bench.learning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.wire.QualityWindow;
import dev.headwater.idp.evaluate.StreamResult;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FalseAlarmsTest {
  private static final List<String> CONTENDERS =
      List.of(
          StreamResult.LIVE,
          StreamResult.ITEM_KNN_RECENT,
          StreamResult.POPULARITY,
          StreamResult.NEVER_TUNED);

  private final SplittableRandom random = new SplittableRandom(3);
  private final StreamHits hits = new StreamHits();

  private void events(int count, double live, double others) {
    for (int i = 0; i < count; i++) {
      for (String contender : CONTENDERS) {
        double chance = contender.equals(StreamResult.LIVE) ? live : others;
        hits.ranked(contender, random.nextDouble() < chance ? 10 : 10.5);
      }
    }
  }

  @Test
  void windowsHoldTheHitsOfTheirEvents() {
    hits.ranked(StreamResult.LIVE, 1);
    hits.ranked(StreamResult.LIVE, 11);
    hits.ranked(StreamResult.POPULARITY, 30);
    hits.ranked(StreamResult.POPULARITY, 10);
    events(4, 1, 0);
    List<QualityWindow> windows = hits.windows(2, 5_000);
    assertThat(windows).hasSize(2); // others have ranked four
    assertThat(windows.get(0).getLive().getHr10()).isEqualTo(0.5);
    assertThat(windows.get(0).getPopularity().getHr10()).isEqualTo(0.5);
    assertThat(windows.get(1).getLive().getHr10()).isEqualTo(1);
    assertThat(windows.get(1).getFromMs()).isEqualTo(5_000);
    assertThat(windows.get(1).getLive().getEvents()).isEqualTo(2);
  }

  @Test
  void aStreamThatFallsOnceGivesOneAlarmAndAnEvenOneNone() {
    events(20_000, 0.3, 0.1);
    assertThat(FalseAlarms.alarms(hits.windows(100, 5_000))).isEmpty();
    events(2_000, 0.05, 0.1);
    events(5_000, 0.3, 0.1);
    assertThat(FalseAlarms.alarms(hits.windows(100, 5_000))).hasSize(1);
  }
}
