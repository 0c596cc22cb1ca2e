package dev.headwater.store.sim;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Runs {@code -Dsimulation.seeds=N} seeds from {@code -Dsimulation.first=S} on (40 from 1 unless
 * told). A failure names its seed; the same seed fails the same way again.
 */
class StoreSimulationTest {
  private static final int EVENTS = 400;

  @Test
  void invariantsHoldAfterEveryEventAndAllConverge() {
    long first = Long.getLong("simulation.first", 1);
    long seeds = Long.getLong("simulation.seeds", 40);
    long start = System.nanoTime();
    for (long seed = first; seed < first + seeds; seed++) {
      run(seed);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    System.out.printf(
        "simulation: %d seeds of %d events from %d on, %.0f seeds a minute%n",
        seeds, EVENTS, first, seeds * 60_000.0 / Math.max(1, took.toMillis()));
  }

  private static void run(long seed) {
    World world = new World(seed);
    int event = 0;
    try {
      for (; event < EVENTS; event++) {
        world.step();
      }
      world.settle();
    } catch (AssertionError | RuntimeException e) {
      int from = Math.max(0, world.trace().size() - 15);
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
