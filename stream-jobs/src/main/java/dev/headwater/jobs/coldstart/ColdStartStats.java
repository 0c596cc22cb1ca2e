package dev.headwater.jobs.coldstart;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts of a job in this process, by job name: Flink serialises operators, so that a caller in the
 * same process cannot hand them an object to count in. The same figures go to Flink's metrics.
 * Thread-safe.
 */
public final class ColdStartStats {
  private static final Map<String, ColdStartStats> ALL = new ConcurrentHashMap<>();

  final LongAdder rows = new LongAdder();
  final LongAdder fallbacks = new LongAdder();
  final LongAdder tombstones = new LongAdder();
  final LongAdder unchanged = new LongAdder();
  final LongAdder deadLetters = new LongAdder();
  final LongAdder encoded = new LongAdder();
  final LongAdder refreshed = new LongAdder();

  private final LongAdder sourcesThere = new LongAdder();
  private final LongAdder sourcesFound = new LongAdder();
  private final Map<String, KnownWords> knownWords = new ConcurrentHashMap<>();
  private volatile Set<String> withoutModel = Set.of();

  /** Of the texts of a domain's items. */
  private record KnownWords(LongAdder texts, DoubleAdder shares) {}

  private ColdStartStats() {}

  /** Returns the counts of the job with this name; they go on over its restarts. */
  public static ColdStartStats of(String jobName) {
    return ALL.computeIfAbsent(jobName, name -> new ColdStartStats());
  }

  /** Rows sent, fallback rows included. */
  public long rows() {
    return rows.sum();
  }

  /** Rows sent for items without usable text. */
  public long fallbacks() {
    return fallbacks.sum();
  }

  /** Tombstones sent. */
  public long tombstones() {
    return tombstones.sum();
  }

  /** Records that cost nothing because the row was there already. */
  public long unchanged() {
    return unchanged.sum();
  }

  /** Dead letters sent. */
  public long deadLetters() {
    return deadLetters.sum();
  }

  /** Rows of items without a click made again from newer trained items. */
  public long refreshed() {
    return refreshed.sum();
  }

  /**
   * The share of the nearest source items that the graph found, of those looked up both ways; NaN
   * while none was, and where sources are few and found exactly.
   */
  public double sourceRecall() {
    long there = sourcesThere.sum();
    return there == 0 ? Double.NaN : (double) sourcesFound.sum() / there;
  }

  void sources(int there, int found) {
    sourcesFound.add(found);
    sourcesThere.add(there);
  }

  /** Returns the domains of which a text was looked at. */
  public Set<String> domains() {
    return Collections.unmodifiableSet(knownWords.keySet());
  }

  /** The share of the words of a domain's items that the text encoder knows; NaN without items. */
  public double knownWords(String domain) {
    KnownWords known = knownWords.get(domain);
    return known == null ? Double.NaN : known.shares().sum() / known.texts().sum();
  }

  void text(String domain, double known) {
    KnownWords all =
        knownWords.computeIfAbsent(
            domain, name -> new KnownWords(new LongAdder(), new DoubleAdder()));
    all.shares().add(known);
    all.texts().increment();
  }

  /** Named domains for which no bundle is announced yet. */
  public Set<String> withoutModel() {
    return withoutModel;
  }

  void withoutModel(Collection<String> domains) {
    withoutModel = Set.copyOf(domains);
  }

  /** Texts encoded. */
  public long encoded() {
    return encoded.sum();
  }
}
