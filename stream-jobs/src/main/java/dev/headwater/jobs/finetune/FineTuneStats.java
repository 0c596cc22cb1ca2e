package dev.headwater.jobs.finetune;

import dev.headwater.events.wire.QualityWindow;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Counts and controls of a job in this process, by job name: Flink serialises operators, so that a
 * caller in the same process cannot hand them an object. The same figures go to Flink's metrics and
 * to topic {@code quality}. Thread-safe.
 */
public final class FineTuneStats {
  private static final Map<String, FineTuneStats> ALL = new ConcurrentHashMap<>();

  final LongAdder learned = new LongAdder();
  final LongAdder encoded = new LongAdder();
  final LongAdder dropped = new LongAdder();
  final LongAdder overBound = new LongAdder();
  final LongAdder withoutHistory = new LongAdder();
  final LongAdder deleted = new LongAdder();
  final LongAdder known = new LongAdder();
  final LongAdder undecodable = new LongAdder();
  final LongAdder steps = new LongAdder();
  final LongAdder published = new LongAdder();
  final LongAdder republished = new LongAdder();
  final LongAdder notFinite = new LongAdder();
  final AtomicLong parked = new AtomicLong();

  /** Examples of the domain that wait to be learned. */
  final AtomicLong waiting = new AtomicLong();

  /** Examples on their way from the first stage to the owner. */
  final AtomicLong underWay = new AtomicLong();

  final AtomicLong skipped = new AtomicLong();
  final AtomicLong backlogs = new AtomicLong();
  final LatencyRecorder clickToRowMs = new LatencyRecorder();
  private final AtomicLong freezes = new AtomicLong();
  private final Map<Integer, QualityWindow> quality = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable Object> shownBy = new AtomicReference<>();
  private volatile @Nullable FinalTable table;
  private volatile Set<String> withoutModel = Set.of();

  /**
   * The working table at the end of a bounded run.
   *
   * @param rows how many
   * @param checksum CRC32C of items, vectors and counts, in the order of items, and of the weights
   *     learned here
   */
  public record FinalTable(long rows, long checksum) {}

  private FineTuneStats() {}

  /** Returns the counts of the job with this name; they go on over its restarts. */
  public static FineTuneStats of(String jobName) {
    return ALL.computeIfAbsent(jobName, name -> new FineTuneStats());
  }

  /** Examples learned. */
  public long learned() {
    return learned.sum();
  }

  /** Examples that came encoded by a worker. */
  public long encoded() {
    return encoded.sum();
  }

  /** Examples that wait for their row. */
  public long parked() {
    return parked.get();
  }

  /** Examples that wait to be learned, their rows being there. */
  public long waiting() {
    return waiting.get();
  }

  /** Histories left aside while the domain was behind; each is read once more. */
  public long leftAside() {
    return skipped.get();
  }

  /** Whether histories that were left aside are still to be read: 1 if so. */
  public long behind() {
    return backlogs.get();
  }

  /** Examples given up because their row did not come. */
  public long dropped() {
    return dropped.sum();
  }

  /** Examples refused because their user had had enough of that item. */
  public long overBound() {
    return overBound.sum();
  }

  /** Events that teach nothing because nothing came before them. */
  public long withoutHistory() {
    return withoutHistory.sum();
  }

  /** Examples not learned because their item was deleted after they happened. */
  public long deleted() {
    return deleted.sum();
  }

  /** Examples read again after a restart that a row taken from the topic had learned already. */
  public long known() {
    return known.sum();
  }

  /** Training steps. */
  public long steps() {
    return steps.sum();
  }

  /** Rows sent. */
  public long published() {
    return published.sum();
  }

  /** Rows sent again because the topic held another one. */
  public long republished() {
    return republished.sum();
  }

  /** Rows set back because they were no longer finite. */
  public long notFinite() {
    return notFinite.sum();
  }

  /** Time from the click's record to the row that learned from it being sent, milliseconds. */
  public LatencyRecorder clickToRowMs() {
    return clickToRowMs;
  }

  /** Returns the newest quality window over all shards, totals since the job's start, or null. */
  public @Nullable QualityWindow quality() {
    List<QualityWindow> shards = List.copyOf(quality.values());
    return shards.isEmpty() ? null : QualitySum.of(shards);
  }

  /** Returns the table at the end of a bounded run, null before. */
  public @Nullable FinalTable table() {
    return table;
  }

  /** Named domains of a job of many for which no model is announced yet. */
  public Set<String> withoutModel() {
    return withoutModel;
  }

  void withoutModel(Collection<String> domains) {
    withoutModel = Set.copyOf(domains);
  }

  /** Returns the domains that a job of many has learned for, or begun to. */
  public static Set<String> domains(String jobName) {
    return ALL.keySet().stream()
        .filter(name -> name.startsWith(jobName + "-"))
        .map(name -> name.substring(jobName.length() + 1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Tells whether the caller is the one in this process that shows these figures. */
  boolean showBy(Object shower) {
    return shownBy.compareAndSet(null, shower);
  }

  void hideBy(Object shower) {
    shownBy.compareAndSet(shower, null);
  }

  void table(long rows, long checksum) {
    table = new FinalTable(rows, checksum);
  }

  void quality(QualityWindow window) {
    quality.put(window.getShard(), window);
  }

  /**
   * Asks for the frozen table to be taken from the published one now, and for the totals of all
   * tables to start again, so that they are compared on the same events.
   */
  public void freezeNow() {
    freezes.incrementAndGet();
  }

  long freezes() {
    return freezes.get();
  }
}
