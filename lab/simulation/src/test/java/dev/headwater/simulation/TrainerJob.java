package dev.headwater.simulation;

import dev.headwater.jobs.finetune.SimTrainer;
import dev.headwater.simulation.log.Log;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** FineTuneJob over its restarts: checkpoints, the attempt that runs, one that does not end. */
final class TrainerJob implements AutoCloseable {
  /** Hears that an attempt begins to learn with a bundle. */
  @FunctionalInterface
  interface Noting {
    void claimed(String bundle, long epoch) throws Exception;
  }

  /**
   * An attempt that was given no state.
   *
   * @param bundle with which it began
   * @param epoch under which it sends its first rows
   * @param shown what it took from the rows for its clock, 0 where they had counted nothing
   */
  record Fresh(String bundle, long epoch, long shown) {}

  private final Log log;
  private final LongSupplier clockMs;
  private final Random random;
  private final Consumer<String> trace;
  private final Noting noting;
  private final Map<String, Long> claimed = new HashMap<>();
  private final Consumer<String> gaveUp;
  private final List<SimTrainer.Checkpoint> checkpoints = new ArrayList<>();
  private final List<Fresh> fresh = new ArrayList<>();
  private SimTrainer attempt;
  private @Nullable SimTrainer zombie;

  TrainerJob(
      Log log,
      LongSupplier clockMs,
      Random random,
      Consumer<String> trace,
      Noting noting,
      Consumer<String> gaveUp)
      throws Exception {
    this.log = log;
    this.clockMs = clockMs;
    this.random = random;
    this.trace = trace;
    this.noting = noting;
    this.gaveUp = gaveUp;
    checkpoints.add(SimTrainer.Checkpoint.NONE);
    attempt = open(SimTrainer.Checkpoint.NONE);
  }

  private SimTrainer open(SimTrainer.Checkpoint from) throws Exception {
    while (true) {
      try {
        SimTrainer opened = new SimTrainer(log, from, clockMs, random, claims(), gaveUp);
        if (from.equals(SimTrainer.Checkpoint.NONE)) {
          fresh.add(new Fresh(opened.bundle(), opened.epoch(), opened.shown()));
        }
        return opened;
      } catch (IllegalStateException e) {
        requireSuperseded(e);
      }
    }
  }

  private SimTrainer.Claims claims() {
    return new SimTrainer.Claims() {
      @Override
      public void claimed(String bundle, long epoch) throws Exception {
        claimed.put(bundle, epoch);
        noting.claimed(bundle, epoch);
      }

      @Override
      public long latest(String bundle) {
        return claimed.getOrDefault(bundle, 0L);
      }
    };
  }

  private void requireSuperseded(IllegalStateException e) {
    if (!SimTrainer.isSuperseded(e)) {
      throw e;
    }
    trace.accept("FineTuneJob: " + e.getMessage());
  }

  /**
   * One of the attempts does one thing; where it is superseded, only the job's own starts again.
   */
  @SuppressWarnings("ReferenceEquality") // which of the two
  void step() throws Exception {
    SimTrainer now = zombie != null && random.nextInt(4) == 0 ? zombie : attempt;
    try {
      step(now);
    } catch (IllegalStateException e) {
      requireSuperseded(e);
      if (now == zombie) {
        end();
      } else {
        again();
      }
    }
  }

  private void again() throws Exception {
    attempt.close();
    attempt = open(checkpoints.get(checkpoints.size() - 1));
  }

  private void step(SimTrainer now) throws Exception {
    int what = random.nextInt(20);
    if (what < 6) {
      boolean unused = now.readHistories(1 + random.nextInt(4));
    } else if (what < 11) {
      boolean unused = now.readRows(1 + random.nextInt(8));
    } else if (what < 13) {
      now.readAnnouncements();
    } else if (what < 18) {
      now.tick();
    } else {
      trace.accept("FineTuneJob: checkpoint");
      checkpoint();
    }
  }

  /** Restarts from the newest state, an older one or none; the one before may go on. */
  void restart() throws Exception {
    int back = random.nextInt(10);
    int newest = checkpoints.size() - 1;
    int from = back < 6 ? newest : back < 9 ? Math.max(0, newest - random.nextInt(3)) : 0;
    boolean undead = random.nextInt(3) == 0;
    trace.accept(
        "FineTuneJob restarts from checkpoint "
            + from
            + (undead ? ", and the old one goes on" : ""));
    end();
    if (undead) {
      zombie = attempt;
    } else {
      attempt.close();
    }
    attempt = open(checkpoints.get(from));
    checkpoints.subList(from + 1, checkpoints.size()).clear();
  }

  /** Returns the attempts that were given no state, in their order. */
  List<Fresh> fresh() {
    return fresh;
  }

  /** What does not end, ends. */
  void end() {
    if (zombie != null) {
      zombie.close();
      zombie = null;
    }
  }

  /** Goes on with all there is to do; false where there was nothing. */
  boolean goOn() throws Exception {
    try {
      return goOn(attempt);
    } catch (IllegalStateException e) {
      requireSuperseded(e);
      again();
      return true;
    }
  }

  private static boolean goOn(SimTrainer attempt) throws Exception {
    attempt.readAnnouncements();
    boolean more = attempt.readRows(100);
    more |= attempt.readHistories(100);
    attempt.flush();
    attempt.tick();
    return more;
  }

  /** What the job sent or took last of each row is what the topics, by bundle, hold. */
  void checkMet(SimTrainer.Held topics) {
    attempt.checkMet(topics);
  }

  /** Returns the items of which a click waits for a row. */
  List<String> waiting() {
    return attempt.waiting();
  }

  /** Returns the incarnation of an item's row in the newest checkpoint, -1 where it has none. */
  long saved(String item) {
    return checkpoints.get(checkpoints.size() - 1).incarnation(item);
  }

  /** Writes what is learned into its state. */
  void checkpoint() throws Exception {
    checkpoints.add(attempt.checkpoint());
  }

  @Override
  public void close() {
    end();
    attempt.close();
  }
}
