package dev.headwater.serving.follow;

import dev.headwater.client.answers.Place;
import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.serving.intake.Receipts;
import dev.headwater.serving.items.ItemIds;
import dev.headwater.serving.state.CatalogEntry;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.ModelTable;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletions that ingest has carried out and this node has still to confirm. What ingest made of a
 * request was written in one transaction with its receipt, and this node holds it once it has read
 * as far as topics went when it saw the receipt; an item's rows end by other topics, a moment
 * later. A confirmation that was not written is written again, so what is kept is bounded by what
 * is owed. For one thread; the tables are read while others write them.
 */
final class PendingDeletions {
  private static final Logger LOG = LoggerFactory.getLogger(PendingDeletions.class);

  /** Looked at in one go; the others have their turn with the next. */
  private static final int LOOKS = 10_000;

  /** Users that are taken out of the files in one go: the thread has its topic to follow. */
  private static final int PURGED_MAX = 32;

  /** Receipts under way at a time: the writer is the intake's as well. */
  private static final int WRITING_MAX = 1_000;

  private static final long PAUSE_MS = 1_000;

  private final Domains domains;
  private final Receipts receipts;
  private final Clock clock;
  private final Reach reach;
  private final LongConsumer gone;

  /** By time of the request: for these nobody has asked yet how far topics go. */
  private final Map<Subject, Long> seen = new LinkedHashMap<>();

  private final List<Mark> marks = new ArrayList<>();
  private final Map<Subject, Waiting> waiting = new LinkedHashMap<>();
  private final Map<Subject, Written> written = new LinkedHashMap<>();
  private long failedMs;
  private boolean failed;

  /** A user or an item of a domain. */
  record Subject(Domain domain, Deletion.Kind kind, String id) {}

  /** Where topics ended at a moment. */
  private static final class Mark {
    private final Map<TopicPartition, Long> ends;
    private boolean read;

    Mark(Map<TopicPartition, Long> ends) {
      this.ends = ends;
    }
  }

  /** What ingest wrote stands before the mark. */
  private record Waiting(long deletedMs, Mark mark) {}

  private record Written(Waiting answered, CompletableFuture<Place> place) {}

  /**
   * Nothing is owed.
   *
   * @param gone hears when an item is gone from here, before that is confirmed
   */
  PendingDeletions(
      Domains domains, Receipts receipts, Clock clock, Reach reach, LongConsumer gone) {
    this.gone = gone;
    this.domains = domains;
    this.receipts = receipts;
    this.clock = clock;
    this.reach = reach;
  }

  /** Ingest has carried out a request. */
  void add(Subject subject, long deletedMs) {
    seen.merge(subject, deletedMs, Math::max);
  }

  /** This node, before it was started again, has confirmed a request already. */
  void confirmed(Subject subject, long deletedMs) {
    seen.computeIfPresent(subject, (one, askedMs) -> askedMs <= deletedMs ? null : askedMs);
  }

  /** Confirms what can be confirmed now. */
  void tick() {
    hear();
    if (failed && Math.abs(clock.millis() - failedMs) < PAUSE_MS) {
      return;
    }
    failed = false;
    mark();
    for (Iterator<Mark> all = marks.iterator(); all.hasNext(); ) {
      Mark mark = all.next();
      mark.read = reach.hasRead(mark.ends);
      if (mark.read) {
        all.remove();
      }
    }
    if (written.size() < WRITING_MAX) {
      confirm();
    }
  }

  /** Looks what became of receipts that were sent. */
  private void hear() {
    int lost = 0;
    for (Iterator<Map.Entry<Subject, Written>> all = written.entrySet().iterator();
        all.hasNext(); ) {
      Map.Entry<Subject, Written> each = all.next();
      CompletableFuture<Place> place = each.getValue().place();
      if (place.isDone()) {
        all.remove();
        if (place.isCompletedExceptionally()) {
          waiting.putIfAbsent(each.getKey(), each.getValue().answered());
          lost++;
        }
      }
    }
    if (lost > 0) {
      pause();
      LOG.warn("{} receipts of deletions were not written and are tried again", lost);
    }
  }

  private void pause() {
    failed = true;
    failedMs = clock.millis();
  }

  private void mark() {
    if (seen.isEmpty()) {
      return;
    }
    try {
      Mark mark = new Mark(reach.ends());
      marks.add(mark);
      seen.forEach((subject, deletedMs) -> waiting.put(subject, new Waiting(deletedMs, mark)));
      seen.clear();
    } catch (RuntimeException e) {
      pause();
      LOG.warn("{} deletions are confirmed later: {}", seen.size(), e.toString());
    }
  }

  private void confirm() {
    List<Map.Entry<Subject, Waiting>> now =
        waiting.entrySet().stream().limit(LOOKS).map(Map.Entry::copyOf).toList();
    Set<Subject> purged = purged(now);
    for (Map.Entry<Subject, Waiting> each : now) {
      if (failed || written.size() >= WRITING_MAX) {
        return;
      }
      waiting.remove(each.getKey());
      if (each.getValue().mark().read && isGone(each.getKey(), purged)) {
        confirm(each.getKey(), each.getValue());
      } else {
        waiting.put(each.getKey(), each.getValue()); // behind the others
      }
    }
  }

  /** Users who were forgotten and are in no file any more either. */
  private Set<Subject> purged(List<Map.Entry<Subject, Waiting>> all) {
    Map<Domain, List<Subject>> users =
        all.stream()
            .filter(each -> each.getValue().mark().read)
            .map(Map.Entry::getKey)
            .filter(each -> each.kind() == Deletion.Kind.USER)
            .limit(PURGED_MAX)
            .collect(Collectors.groupingBy(Subject::domain));
    Set<Subject> purged = new HashSet<>();
    try {
      users.forEach(
          (domain, forgotten) -> {
            domain.users().purge(forgotten.stream().map(Subject::id).toList());
            purged.addAll(forgotten);
          });
    } catch (UncheckedIOException e) {
      pause();
      LOG.warn("deletions of users are confirmed later", e);
    }
    return purged;
  }

  private void confirm(Subject subject, Waiting answered) {
    if (subject.kind() == Deletion.Kind.ITEM) {
      gone.accept(clock.millis());
    }
    CompletableFuture<Place> place =
        receipts.write(
            new DeletionReceipt(
                DeletionReceipt.SERVING,
                subject.domain().name(),
                subject.kind(),
                subject.id(),
                answered.deletedMs(),
                clock.millis()));
    written.put(subject, new Written(answered, place));
    if (place.isCompletedExceptionally()) {
      pause(); // the others would wait for a broker one by one
    }
  }

  private boolean isGone(Subject subject, Set<Subject> purged) {
    return subject.kind() == Deletion.Kind.USER
        ? purged.contains(subject)
        : (domains.areRowsLoaded() && isGone(subject.domain(), subject.id()));
  }

  /** No table holds a row of an incarnation that the catalog says is over, or knows nothing of. */
  private static boolean isGone(Domain domain, String item) {
    int code = domain.ids().find(item);
    if (code == ItemIds.UNKNOWN) {
      return true;
    }
    CatalogEntry entry = domain.catalog(code);
    return tables(domain).stream()
        .map(table -> table.row(code).merged().cold())
        .allMatch(cold -> cold == null || (entry != null && !entry.isOver(cold.getIncarnation())));
  }

  private static List<ModelTable> tables(Domain domain) {
    List<ModelTable> tables = new ArrayList<>(domain.models());
    domain.held().forEach(pinned -> tables.add(pinned.table()));
    return tables;
  }
}
