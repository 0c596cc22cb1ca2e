package dev.headwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.json.Interaction;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.UserHistory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoriesTest {
  private static final int LENGTH = 3;

  @Test
  void theFirstEventStartsAHistory() {
    UserHistory history = append(UserHistory.getDefaultInstance(), "a", 10).history();
    assertThat(history.getDomain()).isEqualTo("toys");
    assertThat(history.getUser()).isEqualTo("u");
    assertThat(history.getSeq()).isEqualTo(1);
    assertThat(history.getCause()).isEqualTo(UserHistory.Cause.EVENT);
    assertThat(history.getNewIndex()).isZero();
    assertThat(history.getEventId()).isEqualTo("event-a");
    assertThat(history.getPublishedMs()).isEqualTo(1);
    assertThat(history.getAcceptedMs()).isEqualTo(2);
    assertThat(history.getPosition()).isEqualTo(-1);
  }

  @Test
  void aLateEventStandsAtItsPlace() {
    UserHistory history = append(of("a", 10, "b", 30), "late", 20).history();
    assertThat(items(history)).containsExactly("a", "late", "b");
    assertThat(history.getNewIndex()).isEqualTo(1);
    assertThat(history.getEventTimeMs()).isEqualTo(20);
  }

  @Test
  void anEventOfTheSameTimeStandsAfterThoseBefore() {
    assertThat(items(append(of("a", 10, "b", 10), "c", 10).history()))
        .containsExactly("a", "b", "c");
  }

  @Test
  void theOldestLeavesAFullHistory() {
    After appended = append(of("a", 10, "b", 20, "c", 30), "d", 25);
    assertThat(items(appended.history())).containsExactly("b", "d", "c");
    assertThat(appended.history().getNewIndex()).isEqualTo(1);
    assertThat(appended.left()).isEqualTo(hash("a"));
  }

  @Test
  void anEventOlderThanAllOfAFullHistoryCountsButFindsNoPlace() {
    UserHistory before = of("a", 10, "b", 20, "c", 30);
    After appended = append(before, "old", 5);
    assertThat(items(appended.history())).containsExactly("a", "b", "c");
    assertThat(appended.history().getNewIndex()).isEqualTo(-1);
    assertThat(appended.history().getSeq()).isEqualTo(before.getSeq() + 1);
    assertThat(appended.left()).isEqualTo(hash("old"));
  }

  @Test
  void aHistoryKnowsItsEventsAndWhetherItHoldsThemAll() {
    UserHistory history = of("a", 10, "b", 20);
    assertThat(stored(history).holds(hash("a"))).isTrue();
    assertThat(stored(history).holds(hash("c"))).isFalse();
    assertThat(stored(history).isWhole()).isTrue();
    assertThat(stored(append(of("a", 1, "b", 2, "c", 3), "d", 4).history()).isWhole()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whateverTheOrderOfArrivalTheNewestRemainInOrder(long seed) {
    Random random = new Random(seed);
    List<Long> times = new ArrayList<>();
    UserHistory history = UserHistory.getDefaultInstance();
    for (int i = 0; i < 500; i++) {
      long time = 1000L * random.nextInt(100_000) + i; // no two alike
      times.add(time);
      history = append(history, "i" + time, time).history();
      List<Long> expected =
          times.stream().sorted(Comparator.reverseOrder()).limit(LENGTH).sorted().toList();
      assertThat(history.getEntriesList().stream().map(HistoryEntry::getEventTimeMs))
          .as("seed %d, event %d", seed, i)
          .containsExactlyElementsOf(expected);
      assertThat(history.getNewIndex()).isEqualTo(expected.indexOf(time));
      assertThat(history.getSeq()).isEqualTo(i + 1);
    }
  }

  private static Histories stored(UserHistory history) {
    return Histories.of(history.toByteArray());
  }

  private static UserHistory of(Object... itemsAndTimes) {
    UserHistory history = UserHistory.getDefaultInstance();
    for (int i = 0; i < itemsAndTimes.length; i += 2) {
      history =
          append(history, (String) itemsAndTimes[i], (Integer) itemsAndTimes[i + 1]).history();
    }
    return history;
  }

  private static After append(UserHistory before, String item, long timeMs) {
    Interaction event = Interaction.click("event-" + item, "toys", "u", item, timeMs);
    Histories.Appended appended =
        Histories.of(before.toByteArray()).append(event, 1, hash(item), 1, 2, LENGTH);
    UserHistory after = Histories.parse(appended.bytes());
    assertThat(after.toByteArray()).as("fields in order, each once").isEqualTo(appended.bytes());
    return new After(after, appended.hasLeft() ? appended.leftHash() : null);
  }

  /** The history after an event, and the hash of what left it, null for none. */
  private record After(UserHistory history, Long left) {}

  private static long hash(String item) {
    return Histories.eventHash(IngestHarness.utf8("toys/u"), "event-" + item);
  }

  private static List<String> items(UserHistory history) {
    return history.getEntriesList().stream().map(HistoryEntry::getItem).toList();
  }
}
