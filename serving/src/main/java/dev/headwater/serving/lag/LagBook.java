package dev.headwater.serving.lag;

import dev.headwater.client.answers.LagReport;
import dev.headwater.events.Heartbeat;
import dev.headwater.events.Heartbeat.Hop;
import dev.headwater.events.Heartbeat.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a node knows of its own heartbeats. Others' are left out: this node's clock does not know
 * when they were published. Thread-safe.
 */
public final class LagBook {
  private final String node;
  private final HeartbeatConfig config;
  private final Clock clock;
  private final Listener listener;
  private final Map<Way, PathLag> ways = new TreeMap<>();
  private final Map<Object, Long> aliveMs = new ConcurrentHashMap<>();

  /** A path of a domain. */
  public record Way(String domain, Path path) implements Comparable<Way> {
    @Override
    public int compareTo(Way other) {
      int order = domain.compareTo(other.domain);
      return order == 0 ? path.compareTo(other.path) : order;
    }
  }

  /** Hears of measurements, for metrics; called under the book's lock. */
  public interface Listener {
    /** Hears nothing. */
    Listener NONE = (way, hop, lagMs) -> {};

    /** A heartbeat passed a hop. */
    void measured(Way way, Hop hop, long lagMs);

    /** The first heartbeat of a way is about to go out. */
    default void began(Way way) {}
  }

  /**
   * Makes an empty book.
   *
   * @param node under which heartbeats are published, this start's alone
   * @param config how to judge
   * @param clock the one clock of all judgement
   * @param listener hears of measurements
   */
  public LagBook(String node, HeartbeatConfig config, Clock clock, Listener listener) {
    this.node = node;
    this.config = config;
    this.clock = clock;
    this.listener = listener;
  }

  /** Returns the name under which heartbeats are published. */
  public String node() {
    return node;
  }

  private PathLag way(Way way) {
    PathLag known = ways.get(way);
    if (known == null) {
      known = new PathLag(way.path(), (hop, lagMs) -> listener.measured(way, hop, lagMs));
      ways.put(way, known);
      listener.began(way);
    }
    return known;
  }

  /** A heartbeat goes out now; returns it. */
  public synchronized Heartbeat publish(Way way, int partition, long seq) {
    long nowMs = clock.millis();
    way(way).published(partition, seq, nowMs);
    return Heartbeat.of(way.path(), node, seq, partition, nowMs);
  }

  /** It could not be written. */
  public synchronized void failed(Way way, Heartbeat beat) {
    way(way).failed(beat.partition(), beat.seq());
  }

  /** A heartbeat was read where {@code hop} writes. */
  public synchronized void returned(Hop hop, String domain, Heartbeat beat) {
    PathLag way = ways.get(new Way(domain, beat.path()));
    if (way != null && beat.node().equals(node)) {
      way.returned(hop, beat, clock.millis());
    }
  }

  /** One of the readers of this node works; one that no longer says so must not blame others. */
  void alive(Object reader) {
    aliveMs.put(reader, clock.millis());
  }

  private boolean isStuck(long nowMs) {
    return aliveMs.values().stream().anyMatch(ms -> nowMs - ms >= config.stoppedMs());
  }

  /** A real record of a domain passed hops of a path. */
  public synchronized void real(Way way, List<Hop> hops) {
    PathLag known = ways.get(way);
    if (known != null) {
      long nowMs = clock.millis();
      hops.forEach(hop -> known.real(hop, nowMs));
    }
  }

  /** Returns how late every hop is now. */
  public synchronized LagReport report() {
    long nowMs = clock.millis();
    List<LagReport.HopReading> readings = new ArrayList<>();
    ways.forEach(
        (way, lag) ->
            way.path().hops().forEach(hop -> readings.add(reading(way, lag, hop, nowMs))));
    return new LagReport(node, nowMs, config.interval().toMillis(), readings);
  }

  /** Returns how late one hop is now. */
  synchronized LagReport.HopReading reading(Way way, Hop hop) {
    return reading(way, way(way), hop, clock.millis());
  }

  /** Where this node itself does not read, it is the one that has stopped. */
  private LagReport.HopReading reading(Way way, PathLag lag, Hop hop, long nowMs) {
    LagReport.HopReading reading = lag.reading(way.domain(), hop, nowMs, config);
    if (!isStuck(nowMs)) {
      return reading;
    }
    boolean own = hop == Hop.SERVING || hop == Hop.END_TO_END;
    return reading.in((own ? HopState.STOPPED : HopState.IDLE).code());
  }

  /** Returns how many seconds ago a heartbeat last passed a hop in the worst partition. */
  synchronized double ageSeconds(Way way, Hop hop) {
    return way(way).ageMs(hop, clock.millis()) / 1000.0;
  }
}
