package dev.headwater.store.cycle;

import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.RowMeta;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.WriteSet;
import java.util.LinkedHashMap;
import java.util.Map;

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
    long firstKept = Long.MAX_VALUE;
    for (TableId table : store.tables()) {
      if (table.domain().equals(request.domain())) {
        EmbeddingRow cold = cold(table, request.item());
        firstKept =
            Math.min(firstKept, DeletionMarks.firstKeptIncarnation(cold, request.requestedMs()));
      }
    }
    if (firstKept == Long.MAX_VALUE) {
      mark(request);
      purges.forget(request.domain(), request.item());
    }
    return store.delete(request.domain(), request.item(), firstKept);
  }

  /** Says that nothing is left; returns when each hop was done, Unix milliseconds. */
  Map<String, Long> finish(ItemDeletion request, int tables, Purges.Times purged) {
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

  private EmbeddingRow cold(TableId table, String item) {
    byte[] bytes = store.input(table, item, WriteSet.InputKind.COLD);
    return bytes == null ? EmbeddingRow.getDefaultInstance() : Rows.parse(bytes);
  }

  /** What is still under way must not bring the item back. */
  private void mark(ItemDeletion request) {
    WriteSet marks = new WriteSet();
    for (TableId table : store.tables()) {
      if (table.domain().equals(request.domain())) {
        RowMeta meta = store.meta(table, request.item());
        long incarnation =
            Math.max(
                meta == null ? 0 : meta.incarnation(),
                cold(table, request.item()).getIncarnation());
        intake.deleted(marks, table, request.item(), incarnation, request.requestedMs());
      }
    }
    store.write(marks);
  }
}
