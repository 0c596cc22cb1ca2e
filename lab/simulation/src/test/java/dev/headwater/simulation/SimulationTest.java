package dev.headwater.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Runs {@code -Dsimulation.seeds=N} seeds from {@code -Dsimulation.first=S} on, or {@code
 * -Dsimulation.seed=S} alone. A failure names its seed: the same seed fails the same way again, and
 * with {@code -Dsimulation.shorten=true} steps that are not needed for it are left out. A long run
 * goes on behind a failure, up to ten of them, and says every thousand seeds how far it is.
 */
class SimulationTest {
  private static final int STEPS = Integer.getInteger("simulation.steps", 500);
  private static final int PROGRESS = 1_000;
  private static final int MOST_FAILURES = 10;

  @Test
  void everyRuleHoldsAfterEveryStepAndWhenFaultsHaveStopped() {
    long one = Long.getLong("simulation.seed", 0);
    long first = one > 0 ? one : Long.getLong("simulation.first", 1);
    long seeds = one > 0 ? 1 : Long.getLong("simulation.seeds", 200);
    long start = System.nanoTime();
    List<AssertionError> failed = new ArrayList<>();
    for (long seed = first; seed < first + seeds && failed.size() < MOST_FAILURES; seed++) {
      List<Integer> all = IntStream.range(0, STEPS).boxed().toList();
      Failure failure = run(seed, all);
      if (failure != null) {
        failed.add(failure.error(seed, all));
        System.out.println(failed.get(failed.size() - 1).getMessage());
      }
      long done = seed - first + 1;
      if (done == seeds || done % PROGRESS == 0) {
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        System.out.printf(
            "simulation: %d seeds of %d steps from %d on, %d failed, %.0f seeds a minute%n",
            done, STEPS, first, failed.size(), done * 60_000.0 / Math.max(1, took.toMillis()));
      }
    }
    if (!failed.isEmpty()) {
      AssertionError error = failed.remove(0);
      failed.forEach(error::addSuppressed);
      throw error;
    }
  }

  private record Failure(Throwable why, List<String> trace, int after) {
    AssertionError error(long seed, List<Integer> all) {
      List<Integer> kept = new ArrayList<>(all.subList(0, Math.min(all.size(), after + 1)));
      Failure shortest = this;
      for (int size = kept.size() / 2; size >= 1 && Boolean.getBoolean("simulation.shorten"); ) {
        boolean cut = false;
        for (int from = 0; from + size <= kept.size(); ) {
          List<Integer> fewer = new ArrayList<>(kept);
          fewer.subList(from, from + size).clear();
          Failure still = run(seed, fewer);
          if (still != null && still.isLike(why)) {
            kept = fewer;
            shortest = still;
            cut = true;
          } else {
            from += size;
          }
        }
        size = cut && size > 1 ? size : size / 2;
      }
      List<String> told = shortest.trace;
      int tail =
          Boolean.getBoolean("simulation.shorten")
              ? told.size()
              : Integer.getInteger("simulation.tail", 25);
      return new AssertionError(
          "seed %d, %d steps: %s%n  %s"
              .formatted(
                  seed,
                  kept.size(),
                  shortest.why,
                  String.join("\n  ", told.subList(Math.max(0, told.size() - tail), told.size()))),
          shortest.why);
    }

    private boolean isLike(Throwable other) {
      return rule(why).equals(rule(other));
    }

    private static String rule(Throwable of) {
      String text = String.valueOf(of.getMessage());
      return of.getClass() + text.substring(0, Math.min(25, text.length()));
    }
  }

  /** Returns a digest of all that a seed writes: the same one in every process. */
  static String digest(long seed) throws Exception {
    try (World world = new World(seed)) {
      for (int i = 0; i < STEPS; i++) {
        world.step(i);
      }
      world.settle();
      return world.log.digest();
    }
  }

  private static @Nullable Failure run(long seed, List<Integer> steps) {
    int done = 0;
    World world = null;
    try {
      world = new World(seed);
      for (; done < steps.size(); done++) {
        world.step(steps.get(done));
      }
      world.settle();
      return null;
    } catch (Exception | AssertionError e) {
      return new Failure(e, world == null ? List.of() : world.trace(), done);
    } finally {
      if (world != null) {
        world.close();
      }
    }
  }
}
