package dev.headwater.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.wire.QualityWindow;
import dev.headwater.events.wire.RankingQuality;
import org.junit.jupiter.api.Test;

class PrequentialSumsTest {
  private static RankingQuality ranking(double hr10, long events) {
    return RankingQuality.newBuilder().setHr10(hr10).setNdcg10(hr10 / 2).setEvents(events).build();
  }

  @Test
  void saysNothingOfATableThatIsNotThere() {
    PrequentialSums sums = new PrequentialSums();
    assertThat(sums.inWords()).isEqualTo("nothing ranked yet");
    sums.add(
        QualityWindow.newBuilder()
            .setLive(ranking(0.25, 100))
            .setNeverTuned(ranking(0, 100))
            .build());
    assertThat(sums.inWords())
        .isEqualTo("HR@10 live 0.250, never tuned 0.000 (100 events)")
        .doesNotContain("frozen");
  }

  @Test
  void weighsWindowsByTheirEvents() {
    PrequentialSums sums = new PrequentialSums();
    sums.add(QualityWindow.newBuilder().setLive(ranking(0.5, 100)).build());
    sums.add(
        QualityWindow.newBuilder().setLive(ranking(0.1, 300)).setFrozen(ranking(0.2, 7)).build());
    assertThat(sums.inWords()).isEqualTo("HR@10 live 0.200, frozen 0.200 (400 events)");
    assertThat(sums.toJson().at("/live/hr10").asDouble()).isEqualTo(0.2);
    assertThat(sums.toJson().at("/live/events").asLong()).isEqualTo(400);
    assertThat(sums.toJson().at("/frozen/ndcg10").asDouble()).isEqualTo(0.1);
    assertThat(sums.toJson().at("/popularity/events").asLong()).isZero();
  }
}
