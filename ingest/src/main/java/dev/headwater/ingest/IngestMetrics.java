package dev.headwater.ingest;

import dev.headwater.events.DomainNames;
import dev.headwater.events.json.ReasonCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what ingest does, for the registry (names {@code headwater.ingest.*}) and as {@link
 * IngestCounts}. Tags are bounded: configured domains, reason codes. Thread-safe.
 */
public final class IngestMetrics {
  private final MeterRegistry registry;
  private final DomainNames domains;
  private final Map<String, Tally> accepted = new ConcurrentHashMap<>();
  private final Map<String, Tally> duplicates = new ConcurrentHashMap<>();
  private final Map<String, Tally> appends = new ConcurrentHashMap<>();
  private final Map<String, Tally> itemsAccepted = new ConcurrentHashMap<>();
  private final Map<String, Tally> itemsWithdrawn = new ConcurrentHashMap<>();
  private final Map<String, Tally> deleted = new ConcurrentHashMap<>();
  private final Map<String, Tally> itemsDeleted = new ConcurrentHashMap<>();
  private final Map<String, Tally> deletions = new ConcurrentHashMap<>();
  private final Map<Source, Map<ReasonCode, Tally>> deadLettered = new EnumMap<>(Source.class);
  private final Tally rekeyed;
  private final Counter heartbeats;
  private final Counter heartbeatsDropped;
  private volatile long newestRecordMs;

  /** A public topic. */
  public enum Source {
    /** Clicks. */
    INTERACTIONS,
    /** Items. */
    CATALOG,
    /** Deletion requests. */
    DELETIONS
  }

  /** Registers every counter at zero, those of domains that are named alone. */
  public IngestMetrics(MeterRegistry registry, Set<String> given) {
    this.registry = registry;
    this.domains = DomainNames.of(given);
    this.domains.named().forEach(this::count);
    for (Source source : Source.values()) {
      String topic = source.name().toLowerCase(Locale.ROOT);
      Map<ReasonCode, Tally> byReason = new EnumMap<>(ReasonCode.class);
      for (ReasonCode reason : ReasonCode.values()) {
        byReason.put(
            reason,
            tally("headwater.ingest.dead_lettered", "topic", topic, "reason", reason.code()));
      }
      deadLettered.put(source, byReason);
    }
    rekeyed = tally("headwater.ingest.rekeyed");
    heartbeats = registry.counter("headwater.ingest.heartbeats");
    heartbeatsDropped = registry.counter("headwater.ingest.heartbeats.dropped");
  }

  /** Those of a domain that a pattern lets in are there from its first record on. */
  private void count(String domain) {
    if (!accepted.containsKey(domain)) { // the last one of them; registering twice is harmless
      duplicates.put(domain, tally("headwater.ingest.duplicates", "domain", domain));
      appends.put(domain, tally("headwater.ingest.history_appends", "domain", domain));
      itemsAccepted.put(domain, tally("headwater.ingest.items_accepted", "domain", domain));
      itemsWithdrawn.put(domain, tally("headwater.ingest.items_withdrawn", "domain", domain));
      deleted.put(domain, tally("headwater.ingest.deleted", "domain", domain));
      itemsDeleted.put(domain, tally("headwater.ingest.items_deleted", "domain", domain));
      deletions.put(domain, tally("headwater.ingest.deletions", "domain", domain));
      accepted.put(domain, tally("headwater.ingest.accepted", "domain", domain));
    }
  }

  private Tally tally(String name, String... tags) {
    return new Tally(registry.counter(name, tags), new LongAdder());
  }

  void appended(String domain) {
    of(accepted, domain);
    of(appends, domain);
  }

  void duplicate(String domain) {
    of(duplicates, domain);
  }

  void itemAccepted(String domain) {
    of(itemsAccepted, domain);
  }

  void itemWithdrawn(String domain) {
    of(itemsWithdrawn, domain);
  }

  void deleted(String domain) {
    of(deleted, domain);
  }

  void itemDeleted(String domain) {
    of(itemsDeleted, domain);
  }

  void deletion(String domain) {
    of(deletions, domain);
  }

  void deadLettered(Source source, ReasonCode reason) {
    one(Objects.requireNonNull(deadLettered.get(source)), reason);
  }

  void rekeyed() {
    rekeyed.increment();
  }

  /** Counts a heartbeat; tells whether its domain is known, so that it goes on. */
  boolean heartbeat(String domain) {
    boolean known = domains.contains(domain);
    (known ? heartbeats : heartbeatsDropped).increment();
    return known;
  }

  /** Notes the publish time of the record in hand. */
  void observe(long recordMs) {
    newestRecordMs = recordMs;
  }

  /** Returns the publish time of the record handled last, 0 before the first. */
  long newestRecordMs() {
    return newestRecordMs;
  }

  /** Returns the counts since this object was made. */
  public IngestCounts counts() {
    Map<ReasonCode, Long> reasons = new EnumMap<>(ReasonCode.class);
    deadLettered
        .values()
        .forEach(
            byReason ->
                byReason.forEach(
                    (reason, tally) -> {
                      if (tally.sum() > 0) {
                        reasons.merge(reason, tally.sum(), Long::sum);
                      }
                    }));
    return new IngestCounts(
        sum(accepted),
        sum(duplicates),
        sum(Objects.requireNonNull(deadLettered.get(Source.INTERACTIONS))),
        sum(appends),
        sum(itemsAccepted),
        sum(itemsWithdrawn),
        sum(Objects.requireNonNull(deadLettered.get(Source.CATALOG))),
        sum(deleted),
        sum(itemsDeleted),
        sum(deletions),
        rekeyed.sum(),
        reasons);
  }

  private void of(Map<String, Tally> tallies, String domain) {
    count(domain);
    one(tallies, domain);
  }

  private static <K> void one(Map<K, Tally> tallies, K key) {
    Objects.requireNonNull(tallies.get(key)).increment();
  }

  private static long sum(Map<?, Tally> tallies) {
    return tallies.values().stream().mapToLong(Tally::sum).sum();
  }

  /** A counter that goes on over restarts, and its part since this object was made. */
  private record Tally(Counter counter, LongAdder since) {
    void increment() {
      counter.increment();
      since.increment();
    }

    long sum() {
      return since.sum();
    }
  }
}
