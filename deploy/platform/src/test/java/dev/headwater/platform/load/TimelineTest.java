package dev.headwater.platform.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.json.Interaction;
import dev.headwater.idp.data.Event;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineTest {
  private static final long DAY = 1_400_000_000L;

  @Test
  void ordersByTimeAndGivesEachEventATimeOfItsOwn() {
    List<Interaction> timeline =
        Timeline.of(
            "d",
            List.of(
                new Event("u", "late", DAY + 86_400),
                new Event("u", "a", DAY),
                new Event("v", "b", DAY)));
    assertThat(timeline).extracting(Interaction::item).last().isEqualTo("late");
    assertThat(timeline).extracting(Interaction::timestampMs).doesNotHaveDuplicates().isSorted();
    assertThat(timeline.get(0).timestampMs()).isEqualTo(DAY * 1000);
  }

  @Test
  void positionsBecomeSecondsAfterABase() {
    List<Interaction> timeline =
        Timeline.of("d", List.of(new Event("u", "a", 0), new Event("u", "b", 1)));
    assertThat(timeline)
        .extracting(Interaction::timestampMs)
        .containsExactly(Timeline.BASE_MS, Timeline.BASE_MS + 1000);
  }

  @Test
  void loadingTwiceGivesTheSameEventIdsAndRepeatsOfAPairDiffer() {
    List<Event> events =
        List.of(new Event("u", "a", DAY), new Event("u", "a", DAY + 5), new Event("u", "b", DAY));
    List<String> ids = Timeline.of("d", events).stream().map(Interaction::eventId).toList();
    assertThat(ids)
        .doesNotHaveDuplicates()
        .isEqualTo(Timeline.of("d", events).stream().map(Interaction::eventId).toList());
    assertThat(Timeline.of("other", events))
        .extracting(Interaction::eventId)
        .doesNotContainAnyElementsOf(ids);
  }
}
