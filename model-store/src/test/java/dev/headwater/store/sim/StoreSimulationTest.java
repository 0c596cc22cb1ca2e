package dev.headwater.store.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.wire.Announcement;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Runs {@code -Dsimulation.seeds=N} seeds from {@code -Dsimulation.first=S} on (200 from 1 unless
 * told). A failure names its seed; the same seed fails the same way again.
 */
class StoreSimulationTest {
  private static final int EVENTS = 400;

  @Test
  void invariantsHoldAfterEveryEventAndAllConverge() {
    long first = Long.getLong("simulation.first", 1);
    long seeds = Long.getLong("simulation.seeds", 200);
    long start = System.nanoTime();
    Map<Announcement.Kind, Integer> kinds = new EnumMap<>(Announcement.Kind.class);
    for (long seed = first; seed < first + seeds; seed++) {
      run(seed, kinds);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    System.out.printf(
        "simulation: %d seeds of %d events from %d on, %.0f seeds a minute, announced %s%n",
        seeds, EVENTS, first, seeds * 60_000.0 / Math.max(1, took.toMillis()), kinds);
    if (seeds >= 40) {
      assertThat(kinds)
          .as("every kind of announcement occurs, or the simulation shows nothing")
          .containsKeys(
              Announcement.Kind.ANNOUNCED,
              Announcement.Kind.REJECTED,
              Announcement.Kind.ROLLED_BACK,
              Announcement.Kind.PINNED,
              Announcement.Kind.UNPINNED,
              Announcement.Kind.RETRACTED);
    }
  }

  private static void run(long seed, Map<Announcement.Kind, Integer> kinds) {
    World world = new World(seed);
    int event = 0;
    try {
      for (; event < EVENTS; event++) {
        world.step();
      }
      world.settle();
      world.count(kinds);
    } catch (AssertionError | RuntimeException e) {
      int from = Math.max(0, world.trace().size() - Integer.getInteger("simulation.trace", 15));
      throw new AssertionError(
          "seed %d, event %d: %s%n  %s"
              .formatted(
                  seed,
                  event,
                  e,
                  String.join("\n  ", world.trace().subList(from, world.trace().size()))),
          e);
    }
  }
}
