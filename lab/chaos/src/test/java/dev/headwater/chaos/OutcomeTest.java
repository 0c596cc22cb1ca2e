package dev.headwater.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.events.wire.QualityWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How runs of a fault are added up, and what is counted as lost. */
class OutcomeTest {
  private static Outcome random(Random random) {
    List<String> problems = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      problems.add("rule " + random.nextInt(9));
    }
    return new Outcome(
        1,
        problems,
        random.nextInt(3),
        random.nextInt(4) == 0 ? -1 : random.nextInt(100) / 8.0,
        random.nextInt(100) / 8.0,
        random.nextInt(5),
        random.nextBoolean() ? List.of() : List.of("store ended"),
        random.nextInt(1000),
        random.nextInt(3),
        random.nextInt(1000),
        random.nextInt(100) / 8.0,
        random.nextBoolean() ? List.of() : List.of("a figure"),
        random.nextInt(80) / 8.0);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void severalRunsAreAsBadAsTheWorstOfThemInWhateverOrder(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      Outcome a = random(random);
      Outcome b = random(random);
      Outcome c = random(random);
      Outcome all = a.plus(b).plus(c);
      assertThat(all).as("seed %d, %d", seed, i).isEqualTo(a.plus(b.plus(c)));
      assertThat(all.isClean()).isEqualTo(a.isClean() && b.isClean() && c.isClean());
      assertThat(all.runs()).isEqualTo(3);
      assertThat(all.problems()).containsAll(a.problems()).containsAll(c.problems());
      boolean unsettled = a.recoveredS() < 0 || b.recoveredS() < 0 || c.recoveredS() < 0;
      assertThat(all.recoveredS() < 0).as("never well once is never well").isEqualTo(unsettled);
      ObjectNode json = all.toJson();
      assertThat(json.path("violations").asInt()).isEqualTo(all.problems().size());
      assertThat(json.path("lost").asLong()).isEqualTo(all.lost());
      assertThat(json.path("problems").size()).isLessThanOrEqualTo(5);
    }
  }

  @Test
  void anOutcomeIsCleanOnlyWhenNothingAtAllWasWrong() {
    Outcome clean =
        new Outcome(1, List.of(), 0, 3, 2, 4, List.of("store"), 1, 1, 1, 1, List.of(), 1);
    assertThat(clean.isClean()).as("a process may end, a row be overtaken and put right").isTrue();
    assertThat(clean.line("x")).contains("violations 0, lost 0").contains("store");
  }

  @Test
  void whatEarlierFaultsHaveCostIsNotCountedAgain() {
    Known before = new Known(2, 5);
    assertThat(before.lostSince(before)).isZero();
    assertThat(new Known(3, 5).lostSince(before)).as("a click").isEqualTo(1);
    assertThat(new Known(2, 9).lostSince(before)).as("four examples").isEqualTo(4);
    assertThat(new Known(4, 6).lostSince(before)).isEqualTo(3);
    assertThat(new Known(0, 0).lostSince(before)).as("what came late after all").isZero();
  }

  @Test
  void whatWasLearnedTwiceBeforeHidesNothingThatIsLostNow() {
    Known before = new Known(0, -3);
    assertThat(new Known(0, 2).lostSince(before)).as("five of them").isEqualTo(5);
    assertThat(new Known(0, -1).lostSince(before)).as("within the surplus").isEqualTo(2);
    assertThat(new Known(0, -3).lostSince(before)).isZero();
  }

  /** Each attempt of each shard counts from zero. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatWasGivenUpIsAddedUpOverShardsAndAttempts(long seed) {
    Random random = new Random(seed);
    Dropped dropped = new Dropped();
    long[] now = new long[3];
    long expected = 0;
    for (int i = 0; i < 300; i++) {
      int shard = random.nextInt(3);
      if (now[shard] > 0 && random.nextInt(10) == 0) {
        now[shard] = 0;
      } else {
        int more = random.nextInt(3);
        now[shard] += more;
        expected += more;
      }
      dropped.take(
          QualityWindow.newBuilder().setShard(shard).setExamplesDropped(now[shard]).build());
      assertThat(dropped.total()).as("seed %d, window %d", seed, i).isEqualTo(expected);
    }
  }

  /** Held against one that remembers when each count was first wanted. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theLagIsTheAgeOfTheOldestThatIsNotDone(long seed) {
    Random random = new Random(seed);
    LagClock clock = new LagClock();
    List<Long> wantedAt = new ArrayList<>();
    int done = 0;
    for (long now = 0; now < 3_000; now += 1 + random.nextInt(20)) {
      for (int i = random.nextInt(4); i > 0; i--) {
        wantedAt.add(now);
      }
      done = Math.min(wantedAt.size(), done + random.nextInt(5));
      clock.at(now, wantedAt.size(), done);
      long expected = done == wantedAt.size() ? 0 : now - wantedAt.get(done);
      assertThat(clock.lagMs()).as("seed %d at %d", seed, now).isEqualTo(expected);
    }
  }
}
