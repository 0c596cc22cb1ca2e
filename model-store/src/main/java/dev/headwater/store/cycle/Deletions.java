package dev.headwater.store.cycle;

import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.RowMeta;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.WriteSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Deletes an item on request: from every retained version of every table of its domain, and its
 * name from the rows of others, unless the item has begun again. When {@link Purges} has taken it
 * out of files and copies too, a receipt says so. What is done twice does no harm, and the receipt
 * comes last: a request that was stopped half way is done again. Called under the lock.
 */
final class Deletions {
  private static final String SNAPSHOTS = "snapshots";

  private final EmbeddingStore store;
  private final Intake intake;
  private final Announcer announcer;
  private final StoreMetrics metrics;
  private final Purges purges;

  Deletions(EngineParts parts, Intake intake, Announcer announcer, Purges purges) {
    this.purges = purges;
    store = parts.store();
    metrics = parts.metrics();
    this.intake = intake;
    this.announcer = announcer;
  }

  /** Deletes from sight, durably; returns how many tables held it. */
  int begin(ItemDeletion request) {
    intake.flush(announcer.log());
    Set<TableId> tables = tables(request.domain());
    long firstKept = Long.MAX_VALUE;
    for (TableId table : tables) {
      firstKept = Math.min(firstKept, firstKept(table, request));
    }
    announcer.log().note(JournalEntry.Deed.deleted(request), store.offsets());
    mark(request, tables, firstKept);
    if (firstKept == Long.MAX_VALUE) {
      purges.forget(request.domain(), request.item());
    }
    return store.delete(request.domain(), request.item(), firstKept);
  }

  /**
   * Says that nothing is left; returns when each hop was done, Unix milliseconds. A store that lost
   * its last writes, or never heard whether its rollback was appended, has yet to read what it
   * brought back itself.
   */
  Map<String, Long> finish(ItemDeletion request, int tables, Purges.Times purged) {
    intake.flush(announcer.log());
    if (intake.isBehind()) {
      throw new StoreException(
          StoreException.Code.LOG_UNAVAILABLE,
          "what stood in the topics at this start is still being read");
    }
    if (intake.owesEnd(request.domain(), request.item())) {
      throw new StoreException(
          StoreException.Code.LOG_UNAVAILABLE,
          "what a rollback brought back of " + request.item() + " is still to be ended");
    }
    Map<String, Long> hops = new LinkedHashMap<>();
    hops.put(DeletionReceipt.MODEL_STORE, purged.files());
    hops.put(SNAPSHOTS, purged.copies());
    announcer.log().receipt(receipt(request, tables, hops));
    metrics.deletions.increment();
    return hops;
  }

  private static DeletionReceipt receipt(
      ItemDeletion request, int tables, Map<String, Long> hopsMs) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("requested_by", request.who());
    details.put("tables", tables);
    details.put("hops_ms", hopsMs);
    return new DeletionReceipt(
        DeletionReceipt.MODEL_STORE,
        request.domain(),
        Deletion.Kind.ITEM,
        request.item(),
        request.requestedMs(),
        hopsMs.getOrDefault(SNAPSHOTS, 0L),
        details);
  }

  /** A tuned row may be here before its cold row is: it says when its incarnation began too. */
  private long firstKept(TableId table, ItemDeletion request) {
    return Math.min(
        DeletionMarks.firstKeptIncarnation(
            input(table, request.item(), WriteSet.InputKind.COLD), request.requestedMs()),
        DeletionMarks.firstKeptIncarnation(
            input(table, request.item(), WriteSet.InputKind.TUNED), request.requestedMs()));
  }

  private @Nullable EmbeddingRow cold(TableId table, String item) {
    return input(table, item, WriteSet.InputKind.COLD);
  }

  private @Nullable EmbeddingRow input(TableId table, String item, WriteSet.InputKind kind) {
    byte[] bytes = store.input(table, item, kind);
    return bytes == null ? null : Rows.parse(bytes);
  }

  /** Returns the tables of a domain, those of bundles without a row so far among them. */
  private Set<TableId> tables(String domain) {
    Set<TableId> all = new LinkedHashSet<>();
    store.tables().stream().filter(table -> table.domain().equals(domain)).forEach(all::add);
    announcer.book().models(domain).forEach(model -> all.add(new TableId(domain, model)));
    return all;
  }

  /** What is still under way must not bring back what the request ends, under any bundle. */
  private void mark(ItemDeletion request, Set<TableId> tables, long firstKept) {
    WriteSet marks = new WriteSet();
    intake.deletionMarks().request(marks, request.domain(), request.item(), request.requestedMs());
    for (TableId table : tables) {
      EmbeddingRow cold = cold(table, request.item());
      long present = cold == null ? IncarnationHeader.NONE : cold.getIncarnation();
      if (present < firstKept) {
        RowMeta meta = store.meta(table, request.item());
        long last = meta == null ? present : Math.max(meta.incarnation(), present);
        EmbeddingRow waits = input(table, request.item(), WriteSet.InputKind.TUNED);
        if (waits == null || waits.getIncarnation() < firstKept) {
          intake.forget(marks, table, request.item(), request.requestedMs());
        }
        long over = Math.max(last, incarnationBefore(waits, firstKept));
        intake.endRollback(marks, table, request.item(), over);
        intake.deletionMarks().mark(marks, table, request.item(), last, request.requestedMs());
      } else {
        intake.endRollback(marks, table, request.item(), firstKept - 1);
        intake.deletionMarks().markBegunAgain(marks, table, request.item(), request.requestedMs());
      }
    }
    store.write(marks);
  }

  /** What waits may be a rollback's row that does not say when its incarnation began: it stays. */
  private static long incarnationBefore(@Nullable EmbeddingRow waits, long firstKept) {
    return waits == null || waits.getBeganMs() == 0 || waits.getIncarnation() >= firstKept
        ? IncarnationHeader.NONE
        : waits.getIncarnation();
  }
}
