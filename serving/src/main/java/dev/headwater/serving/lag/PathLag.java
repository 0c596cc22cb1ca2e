package dev.headwater.serving.lag;

import dev.headwater.client.answers.LagReport;
import dev.headwater.events.Heartbeat;
import dev.headwater.events.Heartbeat.Hop;
import dev.headwater.events.Heartbeat.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One path of one domain: from the heartbeats that come back past each hop to the hop's lag. A hop
 * that is observed where its record stands (ingest) is timed by our clock; a stamp is used where
 * only the hop knows (job, store), corrected and held between what it can have been. Not
 * thread-safe.
 */
final class PathLag {
  private final Path path;
  private final ObjLongConsumer<Hop> measured;
  private final Map<Integer, PartitionTrack> partitions = new TreeMap<>();
  private final Map<Hop, LagWindow> windows = new EnumMap<>(Hop.class);
  private final Map<Hop, ClockOffset> clocks = new EnumMap<>(Hop.class);
  private final Map<Hop, Long> lastRealMs = new EnumMap<>(Hop.class);
  private long startedMs;

  /** Makes one; {@code measured} hears of every lag, in milliseconds. */
  PathLag(Path path, ObjLongConsumer<Hop> measured) {
    this.path = path;
    this.measured = measured;
  }

  private PartitionTrack track(int partition) {
    return partitions.computeIfAbsent(partition, p -> new PartitionTrack());
  }

  private ClockOffset clock(Hop hop) {
    return clocks.computeIfAbsent(hop, h -> new ClockOffset());
  }

  void published(int partition, long seq, long nowMs) {
    startedMs = startedMs == 0 ? nowMs : startedMs;
    track(partition).waits(Hop.INGEST, seq, nowMs);
    track(partition).waits(Hop.END_TO_END, seq, nowMs);
  }

  /** Not written: ingest cannot be late with it. The path as a whole is. */
  void failed(int partition, long seq) {
    track(partition).withdraw(Hop.INGEST, seq);
  }

  /** A heartbeat stands where {@code hop} has written it. */
  void returned(Hop hop, Heartbeat beat, long nowMs) {
    PartitionTrack track = track(beat.partition());
    PartitionTrack.Passing passing = track.passing(beat.seq());
    if (hop == Hop.INGEST) {
      passing.ingestMs = nowMs;
      observe(hop, beat, nowMs);
      if (passed(track, hop, beat, nowMs - beat.publishedMs(), nowMs)) {
        track.waits(path.job(), beat.seq(), nowMs);
      }
    } else if (hop == path.job()) {
      job(track, passing, beat, nowMs);
    } else if (hop == Hop.STORE) {
      observe(hop, beat, nowMs);
      long stored = at(hop, beat, passing.jobMs, nowMs);
      long from = passing.jobMs == null ? at(path.job(), beat, null, stored) : passing.jobMs;
      passed(track, hop, beat, Math.max(0, stored - from), nowMs);
    }
  }

  /** The record of the job is read where answers are made: what comes after it is over as well. */
  private void job(
      PartitionTrack track, PartitionTrack.Passing passing, Heartbeat beat, long nowMs) {
    observe(path.job(), beat, nowMs);
    long sent = at(path.job(), beat, passing.ingestMs, nowMs);
    passing.jobMs = sent;
    long read = passing.ingestMs == null ? at(Hop.INGEST, beat, null, sent) : passing.ingestMs;
    if (passed(track, path.job(), beat, Math.max(0, sent - read), nowMs)) {
      track.waits(Hop.STORE, beat.seq(), nowMs);
      passed(track, Hop.SERVING, beat, nowMs - sent, nowMs);
      passed(track, Hop.END_TO_END, beat, nowMs - beat.publishedMs(), nowMs);
    }
  }

  private void observe(Hop hop, Heartbeat beat, long nowMs) {
    Long stamp = beat.stamp(hop);
    if (stamp != null) {
      clock(hop).observe(stamp, beat.publishedMs(), nowMs);
    }
  }

  /**
   * Returns when it passed a hop by our clock, at the latest {@code latestMs}. When we saw it pass
   * the hop before counts for a clock that is wrong only: the hop may have read before we did.
   */
  private long at(Hop hop, Heartbeat beat, @Nullable Long beforeMs, long latestMs) {
    Long stamp = beat.stamp(hop);
    if (stamp == null) {
      return latestMs;
    }
    ClockOffset clock = clock(hop);
    long from = beforeMs != null && clock.isNotable() ? beforeMs : beat.publishedMs();
    return clock.corrected(stamp, Math.min(from, latestMs), latestMs);
  }

  private boolean passed(PartitionTrack track, Hop hop, Heartbeat beat, long lagMs, long nowMs) {
    long lag = Math.max(0, lagMs);
    boolean news = track.passed(hop, beat.seq(), lag, nowMs);
    if (news) {
      windows.computeIfAbsent(hop, h -> new LagWindow()).add(nowMs, lag);
      measured.accept(hop, lag);
    }
    return news;
  }

  /** A real record passed a hop. */
  void real(Hop hop, long nowMs) {
    lastRealMs.put(hop, nowMs);
  }

  LagReport.HopReading reading(String domain, Hop hop, long nowMs, HeartbeatConfig config) {
    HopState state = state(hop, nowMs, config);
    long lag = 0;
    for (PartitionTrack track : partitions.values()) {
      lag = Math.max(lag, track.lagMs(hop, nowMs));
    }
    LagWindow window = windows.computeIfAbsent(hop, h -> new LagWindow());
    return new LagReport.HopReading(
        domain,
        path.code(),
        hop.code(),
        state.code(),
        lag / 1000.0,
        window.quantile(0.5, nowMs) / 1000.0,
        window.quantile(0.99, nowMs) / 1000.0,
        lastMs(hop),
        skew(hop));
  }

  private HopState state(Hop hop, long nowMs, HeartbeatConfig config) {
    HopState worst = HopState.IDLE;
    for (PartitionTrack track : partitions.values()) {
      HopState state = track.state(hop, nowMs, config);
      worst = state.compareTo(worst) > 0 ? state : worst;
    }
    boolean real = nowMs - lastRealMs.getOrDefault(hop, 0L) <= config.idleAfter().toMillis();
    return worst == HopState.LIVE && !real ? HopState.IDLE : worst;
  }

  /** Returns when one last passed in every partition, 0 while one has none. */
  private long lastMs(Hop hop) {
    return partitions.values().stream().mapToLong(track -> track.lastMs(hop)).min().orElse(0);
  }

  private @Nullable Long skew(Hop hop) {
    ClockOffset clock = clocks.get(hop);
    return clock == null || !clock.isNotable() ? null : (Long) clock.ms();
  }

  /** Returns how long none passed a hop in the worst partition, since the start where none did. */
  long ageMs(Hop hop, long nowMs) {
    long last = lastMs(hop);
    return Math.max(0, nowMs - (last == 0 ? startedMs : last));
  }
}
