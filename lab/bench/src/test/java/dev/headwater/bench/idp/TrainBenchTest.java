package dev.headwater.bench.idp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Event;
import dev.headwater.idp.data.Item;
import dev.headwater.idp.train.TrainConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TrainBenchTest {
  private static final int ITEMS = 40;

  @Test
  void tellsSpeedAndThatItLearned() {
    TrainConfig config =
        TrainConfig.builder()
            .batchSize(16)
            .epochs(8, 0)
            .dropout(0.1f)
            .negatives(10)
            .fullSoftmaxItems(1000)
            .seed(5)
            .build();
    TrainBench.DomainSpeed speed = TrainBench.onDomain(circle(), config);
    assertThat(speed.sequencesPerSecond()).isPositive();
    // 200 users of 5 events: the last two are held out, so each asks for two items.
    assertThat(speed.targetsPerEpoch()).isEqualTo(400);
    assertThat(speed.ndcg10AfterEpochs()).isGreaterThan(0.9);
  }

  @Test
  void tellsWhatAStepCosts() {
    assertThat(TrainBench.stepCost(2_000, 1, 1).msPerStep()).isPositive();
  }

  /** Users walk round a circle of items: the next one follows from the last. */
  private static DomainData circle() {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < ITEMS; i++) {
      items.add(new Item("i" + i, "thing " + i, "", List.of()));
    }
    SplittableRandom random = new SplittableRandom(1);
    List<Event> events = new ArrayList<>();
    for (int u = 0; u < 200; u++) {
      int at = random.nextInt(ITEMS);
      for (int k = 0; k < 5; k++) {
        events.add(new Event("u" + u, "i" + (at + k) % ITEMS, 1_700_000_000L + k * 100L));
      }
    }
    return new DomainData("circle", items, events, true);
  }
}
