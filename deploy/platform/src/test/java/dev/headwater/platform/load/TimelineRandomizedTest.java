package dev.headwater.platform.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.events.json.Interaction;
import dev.headwater.idp.data.Event;
import dev.headwater.platform.report.VerbException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random data sets with many equal time stamps and repeated clicks. */
class TimelineRandomizedTest {
  private static final long DAY_S = 86_400;
  private static final long FIRST_S = 1_400_000_000;

  @TempDir Path folder;

  private static List<Event> events(Random random) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < random.nextInt(60); i++) {
      events.add(
          new Event(
              "u" + random.nextInt(5),
              "i" + random.nextInt(8),
              FIRST_S + DAY_S * random.nextInt(4)));
    }
    return events;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void nothingIsLostAndTimesRiseWithoutLeavingTheirDay(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 100; i++) {
      List<Event> events = events(random);
      List<Interaction> timeline = Timeline.of("d", events);
      String as = "seed %d, set %d".formatted(seed, i);
      assertThat(timeline).as(as).hasSameSizeAs(events);
      assertThat(timeline).extracting(Interaction::eventId).as(as).doesNotHaveDuplicates();
      long before = 0;
      Map<String, Integer> clicks = new HashMap<>();
      for (Interaction each : timeline) {
        assertThat(each.timestampMs()).as(as).isGreaterThan(before);
        before = each.timestampMs();
        long second = FIRST_S + (each.timestampMs() / 1000 - FIRST_S) / DAY_S * DAY_S;
        clicks.merge(each.user() + " " + each.item() + " " + second, 1, Integer::sum);
      }
      for (Event event : events) {
        clicks.merge(event.user() + " " + event.item() + " " + event.timestamp(), -1, Integer::sum);
      }
      assertThat(clicks.values()).as(as).allMatch(left -> left == 0);
    }
  }

  /** The order of a file says nothing: it may be that of users, or the future's. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void theOrderOfTheDataSetDoesNotMatter(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 50; i++) {
      List<Event> events = events(random);
      List<Event> shuffled = new ArrayList<>(events);
      Collections.shuffle(shuffled, random);
      assertThat(Timeline.of("d", shuffled))
          .as("seed %d, set %d", seed, i)
          .isEqualTo(Timeline.of("d", events));
    }
  }

  @Test
  void aDomainThatIsNotThereIsAnsweredWithThoseThatAre() throws IOException {
    for (String domain : List.of("toys", "games")) {
      Files.createDirectories(folder.resolve(domain));
      Files.writeString(folder.resolve(domain).resolve("items.tsv.gz"), "");
    }
    Files.createDirectories(folder.resolve("not-a-domain"));
    assertThatThrownBy(() -> Datasets.load(folder, "tois"))
        .isInstanceOf(VerbException.class)
        .hasMessageContaining("no domain 'tois'")
        .hasMessageEndingWith("there are: games, toys");
    assertThatThrownBy(() -> Datasets.load(folder.resolve("none"), "toys"))
        .isInstanceOf(VerbException.class)
        .hasMessageContaining("no such folder");
    assertThatThrownBy(() -> Datasets.load(folder, List.of("toys")))
        .as("an empty file is no data")
        .isInstanceOf(VerbException.class);
  }
}
