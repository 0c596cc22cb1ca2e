package dev.headwater.simulation;

import dev.headwater.jobs.coldstart.SimColdStart;
import dev.headwater.simulation.log.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** ColdStartJob over its restarts: checkpoints, the attempt that runs, one that does not end. */
final class ColdJob implements AutoCloseable {
  private static final double CRASHES = 0.01;

  private final Log log;
  private final LongSupplier clockMs;
  private final Random random;
  private final Consumer<String> trace;
  private final Others others;
  private final List<SimColdStart.Checkpoint> checkpoints = new ArrayList<>();
  private SimColdStart attempt;
  private @Nullable SimColdStart zombie;
  private int ended;
  private boolean faults = true;
  private boolean paused;
  private boolean opening;

  /** What others do while one of the job's threads is in the middle of something. */
  interface Others {
    void step() throws Exception;
  }

  /** The process ends in the middle of something. */
  private static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  ColdJob(Log log, LongSupplier clockMs, Random random, Consumer<String> trace, Others others)
      throws Exception {
    this.log = log;
    this.clockMs = clockMs;
    this.random = random;
    this.trace = trace;
    this.others = others;
    checkpoints.add(SimColdStart.Checkpoint.NONE);
    attempt = open(SimColdStart.Checkpoint.NONE);
  }

  private SimColdStart open(SimColdStart.Checkpoint from) throws Exception {
    opening = true;
    while (true) {
      try {
        SimColdStart opened = new SimColdStart(log, from, clockMs, random, this::meanwhile);
        opening = false;
        return opened;
      } catch (Crash e) {
        paused = false;
        trace.accept("ColdStartJob ends while it starts");
      }
    }
  }

  /** A thread of the job stands still: others go on, or the process ends here. */
  private void meanwhile() {
    if (!faults || paused) { // nobody stands still within a standstill
      return;
    }
    if (random.nextDouble() < CRASHES) {
      throw new Crash();
    }
    paused = true;
    try {
      while (random.nextInt(3) == 0) {
        if (opening || random.nextBoolean()) {
          others.step();
        } else {
          step(attempt, random.nextInt(12));
        }
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    paused = false;
  }

  /** A thread of one of the attempts goes on. */
  @SuppressWarnings("ReferenceEquality") // which of the two
  void step() throws Exception {
    SimColdStart now = zombie != null && random.nextInt(4) == 0 ? zombie : attempt;
    if (attempt.isTimedOut()) {
      trace.accept("ColdStartJob: an item is under way for too long");
      restart(false);
      return;
    }
    int what = random.nextInt(13);
    if (what == 12) {
      checkpoint();
      return;
    }
    try {
      step(now, what);
    } catch (Crash e) {
      paused = false;
      if (now == zombie) {
        end();
      } else {
        restart(false);
      }
    }
  }

  private void checkpoint() {
    trace.accept("ColdStartJob: checkpoint");
    checkpoints.add(attempt.checkpoint());
  }

  private boolean step(SimColdStart now, int what) throws Exception {
    return switch (what) {
      case 0, 1, 2 -> now.readItems(1 + random.nextInt(4));
      case 3, 4 -> now.encode(1 + random.nextInt(3));
      case 5, 6 -> now.emit();
      case 7, 8 -> now.readRows(1 + random.nextInt(8));
      case 9 -> {
        now.readAnnouncements();
        yield true;
      }
      default -> {
        now.look();
        yield true;
      }
    };
  }

  /** Restarts from the newest state, an older one or none; the one before may go on. */
  void restart() throws Exception {
    restart(random.nextInt(3) == 0);
  }

  private void restart(boolean undead) throws Exception {
    int newest = checkpoints.size() - 1;
    int back = random.nextInt(10);
    int from = back < 6 ? newest : back < 9 ? Math.max(0, newest - random.nextInt(3)) : 0;
    trace.accept(
        "ColdStartJob restarts from checkpoint "
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

  private void end() {
    if (zombie != null) {
      zombie.close();
      zombie = null;
      ended++;
    }
  }

  /** Tells whether no attempt has gone on beside another since so many had ended. */
  boolean isAloneSince(int then) {
    return zombie == null && ended == then;
  }

  /** Returns how many attempts that went on beside another have ended. */
  int ended() {
    return ended;
  }

  /**
   * An hour passes: it takes in what stands in the topics, and does what is due; what was under way
   * comes out. Returns false where one of its threads stands still, as none does for so long.
   */
  boolean haveAnHour() throws Exception {
    if (attempt.standsStill()) {
      return false;
    }
    boolean before = faults;
    faults = false;
    boolean more = true;
    while (more) {
      attempt.readAnnouncements();
      attempt.look();
      more = attempt.readItems(100);
      more |= attempt.encode(100);
      more |= attempt.emit();
      more |= attempt.readRows(100);
    }
    attempt.look();
    faults = before;
    return true;
  }

  /** No faults from now on. */
  void calm() {
    faults = false;
    end();
  }

  /** Goes on with all there is to do; false where there was nothing. */
  boolean goOn() throws Exception {
    attempt.readAnnouncements();
    boolean more = attempt.readItems(100);
    more |= attempt.encode(100);
    more |= attempt.emit();
    attempt.look();
    more |= attempt.readRows(100);
    return more;
  }

  /** Returns how many items wait for their row. */
  int underWay() {
    return attempt.checkpoint().underWay().size();
  }

  @Override
  public void close() {
    end();
    attempt.close();
  }
}
