package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Numbers by time: of one subtask, of several, and of one that starts again. */
class EventNumbersTest {
  private static final long NOW_MS = 1_764_500_000_000L;

  private static List<Long> number(EventNumbers numbers, long... timesMs) {
    List<Long> all = new ArrayList<>();
    for (long timeMs : timesMs) {
      all.add(numbers.next("shop", 0, timeMs));
    }
    return all;
  }

  @Test
  void growAlsoWhereTimeStandsStillOrGoesBack() {
    assertThat(number(new EventNumbers(0), NOW_MS, NOW_MS, NOW_MS - 500, NOW_MS + 1, 0))
        .isSorted()
        .doesNotHaveDuplicates()
        .allMatch(number -> number >= EventNumbers.atLeast(NOW_MS));
  }

  @Test
  void ofSubtasksAndPartitionsSideBySideDifferAndAreAsFarApartAsTheirTimes() {
    Set<Long> all = new HashSet<>();
    for (int subtask = 0; subtask < 128; subtask++) {
      EventNumbers numbers = new EventNumbers(subtask);
      for (int partition = 0; partition < 8; partition++) {
        all.add(numbers.next("shop", partition, NOW_MS));
        all.add(numbers.next("shop", partition, NOW_MS));
      }
    }
    assertThat(all)
        .hasSize(2 * 8 * 128)
        .allMatch(number -> number >= EventNumbers.atLeast(NOW_MS))
        .allMatch(number -> number < EventNumbers.atLeast(NOW_MS + 1));
  }

  @Test
  void whatIsReadAgainHasTheNumberThatItHadWhateverElseIsRead() {
    EventNumbers first = new EventNumbers(3);
    long one = first.next("shop", 1, NOW_MS);
    long other = first.next("shop", 0, NOW_MS + 60_000);
    EventNumbers again = new EventNumbers(3);
    assertThat(again.next("shop", 0, NOW_MS + 60_000)).isEqualTo(other);
    assertThat(again.next("shop", 1, NOW_MS)).isEqualTo(one).isLessThan(other);
  }

  @Test
  void goesOnFromWhatWasSaved() {
    EventNumbers first = new EventNumbers(3);
    number(first, NOW_MS, NOW_MS);
    Map<Integer, Long> saved = first.counters("shop");
    List<Long> then = number(first, NOW_MS, NOW_MS + 20);
    EventNumbers again = new EventNumbers(3);
    again.goOnBehind("shop", saved);
    assertThat(number(again, NOW_MS, NOW_MS + 20)).isEqualTo(then);
  }

  @Test
  void ofAnotherDomainAreItsOwn() {
    EventNumbers numbers = new EventNumbers(0);
    long shop = numbers.next("shop", 0, NOW_MS);
    assertThat(numbers.next("books", 0, NOW_MS)).isEqualTo(shop);
  }
}
