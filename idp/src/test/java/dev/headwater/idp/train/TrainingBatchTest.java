package dev.headwater.idp.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TrainingBatchTest {
  private static final TrainConfig CONFIG = TrainConfig.builder().hiding(0.3f, 0.3f, 0).build();
  private static final List<int[]> WINDOWS = List.of(new int[] {7, 8, 9}, new int[] {4, 5});

  @Test
  void everyItemIsAskedForAtThePlaceBeforeIt() {
    TrainingBatch lesson = TrainingBatch.next(WINDOWS, 5);
    assertThat(lesson.histories().rows()).containsExactly(7, 8, -1, 4);
    assertThat(lesson.histories().lengths()).containsExactly(2, 1);
    assertThat(lesson.places()).containsExactly(0, 1, 3);
    assertThat(lesson.targets()).containsExactly(8, 9, 5);
    assertThat(lesson.hidden()).isEmpty();
  }

  @Test
  void aHiddenItemIsAskedForAtItsOwnPlaceAndShownNowhere() {
    SplittableRandom random = new SplittableRandom(3);
    List<int[]> windows = List.of(new int[] {10, 11, 12, 13}, new int[] {20, 21});
    for (int round = 0; round < 200; round++) {
      TrainingBatch lesson = TrainingBatch.hidden(windows, 6, CONFIG, random);
      int[] rows = lesson.histories().rows();
      assertThat(lesson.hidden()).hasSameSizeAs(rows);
      int asked = 0;
      for (int at = 0; at < rows.length; at++) {
        if (lesson.hidden()[at] > 0) {
          assertThat(lesson.places()[asked]).isEqualTo(at);
          assertThat(rows[at]).isEqualTo(-1);
          int user = at / 4;
          int expected = user == 0 ? 10 + at : 20 + at - 6;
          assertThat(lesson.targets()[asked++]).isEqualTo(expected);
        }
      }
      assertThat(lesson.places()).hasSize(asked);
      assertThat(lesson.hidden()[4] + lesson.hidden()[5]).as("padding is not hidden").isZero();
    }
  }

  @Test
  void everyHistoryHidesSomethingAndOftenItsLastItemAlone() {
    SplittableRandom random = new SplittableRandom(3);
    int rounds = 4_000;
    int lastAlone = 0;
    int inner = 0;
    for (int round = 0; round < rounds; round++) {
      TrainingBatch lesson =
          TrainingBatch.hidden(List.of(new int[] {1, 2, 3, 4, 5}), 5, CONFIG, random);
      List<Integer> places = new ArrayList<>();
      for (int place : lesson.places()) {
        places.add(place);
      }
      assertThat(places).isNotEmpty();
      lastAlone += places.equals(List.of(4)) ? 1 : 0;
      inner += places.contains(2) ? 1 : 0;
    }
    // Last alone by decision (.3), or drawn alone, or nothing drawn: .7 (.7^4 · .3 + .7^5).
    double expected = 0.3 + 0.7 * (Math.pow(0.7, 4) * 0.3 + Math.pow(0.7, 5));
    assertThat(lastAlone / (double) rounds).isCloseTo(expected, within(0.03));
    assertThat(inner / (double) rounds).isCloseTo(0.7 * 0.3, within(0.03));
  }

  @Test
  void onlyTheLastItemsOfALongWindowAreLookedAt() {
    TrainingBatch lesson =
        TrainingBatch.hidden(List.of(new int[] {1, 2, 3, 4}), 2, CONFIG, new SplittableRandom(1));
    assertThat(lesson.histories().length()).isEqualTo(2);
    assertThat(Arrays.stream(lesson.targets())).isNotEmpty().allMatch(target -> target >= 3);
  }

  @Test
  void aHistoryThatIsCutAsksForWhatFollowedEveryEarlyItem() {
    TrainConfig cut = TrainConfig.builder().hiding(0.3f, 1, 1).build();
    SplittableRandom random = new SplittableRandom(3);
    int[] asked = new int[6];
    for (int round = 0; round < 4_000; round++) {
      TrainingBatch lesson =
          TrainingBatch.hidden(List.of(new int[] {1, 2, 3, 4, 5}), 5, cut, random);
      assertThat(lesson.targets()).hasSize(1);
      assertThat(lesson.places()[0])
          .as("the last place")
          .isEqualTo(lesson.histories().length() - 1);
      asked[lesson.targets()[0]]++;
    }
    for (int item = 2; item <= 5; item++) {
      assertThat(asked[item] / 4_000.0).as("item %d", item).isCloseTo(0.25, within(0.03));
    }
  }
}
