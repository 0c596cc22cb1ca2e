package dev.headwater.jobs.coldstart;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes over all lines from time to time and makes early rows again, a slice at a time. Domains that
 * began together come to have enough trained items together: made again in one go, the rows of two
 * hundred domains kept a core for half a minute, and clicks waited. For one thread.
 */
final class EarlyPasses {
  private static final Logger LOG = LoggerFactory.getLogger(EarlyPasses.class);

  /** Of each step, of which there are four a second: a fifth of a core. */
  private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final EarlyRows early;
  private final Surroundings around;
  private final ColdStartConfig.Settings settings;
  private final Deque<DomainLine> waiting = new ArrayDeque<>();
  private EarlyRows.@Nullable Pass now;
  private long endedNanos;

  EarlyPasses(EarlyRows early, Surroundings around, ColdStartConfig.Settings settings) {
    this.early = early;
    this.around = around;
    this.settings = settings;
    endedNanos = around.nanos();
  }

  /**
   * Goes on for a slice, where there is anything to do.
   *
   * @param lines all there are
   * @param isFree whether a line is there still and nothing else sends its rows
   */
  void step(Collection<DomainLine> lines, Predicate<DomainLine> isFree) {
    try {
      if (begins(lines)) {
        goOn(isFree);
      }
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      LOG.warn("rows without a click are made again in the next pass", e);
      now = null;
      waiting.clear();
      endedNanos = around.nanos();
    }
  }

  private boolean begins(Collection<DomainLine> lines) {
    long everyMs = settings.refreshInterval().toMillis();
    boolean rests = now == null && waiting.isEmpty();
    long passedMs = TimeUnit.NANOSECONDS.toMillis(around.nanos() - endedNanos);
    if (rests && everyMs > 0 && passedMs >= everyMs) {
      waiting.addAll(lines);
    }
    return now != null || !waiting.isEmpty();
  }

  private void goOn(Predicate<DomainLine> isFree) {
    long began = around.nanos();
    while (around.nanos() - began < SLICE_NANOS) {
      EarlyRows.Pass pass = now == null ? next() : now;
      if (pass == null) {
        endedNanos = around.nanos();
        return;
      }
      now = isFree.test(pass.line()) && pass.goOn() ? pass : null;
    }
  }

  /** Begins with the next line of which anything is due; null where none is left. */
  private EarlyRows.@Nullable Pass next() {
    EarlyRows.Pass begun = null;
    while (begun == null && !waiting.isEmpty()) {
      begun = early.begin(waiting.removeFirst(), settings.warmRows());
    }
    return begun;
  }
}
