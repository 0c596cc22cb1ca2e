package dev.headwater.store.cycle;

import dev.headwater.events.announce.AnnouncementBook;
import dev.headwater.events.wire.Announcement;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.RowCursor;
import dev.headwater.store.table.RowMeta;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoreException.Code;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.WriteSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;

/**
 * Retires bundles that are not used any more, for good: all rows of one end, in the topics and, as
 * those ends come back, here and on all nodes; its versions are forgotten. Called under the lock.
 */
final class Retirement {
  private final EmbeddingStore store;
  private final AnnouncementBook book;
  private final Intake intake;
  private final Announcer announcer;

  Retirement(EngineParts parts, Intake intake, Announcer announcer) {
    store = parts.store();
    book = parts.book();
    this.intake = intake;
    this.announcer = announcer;
  }

  /** Returns how many rows end. */
  long retire(TableId table, String why, String who) {
    String present = book.model(table.domain());
    if (present == null || book.isRetired(table.domain(), table.model()) || !isKnown(table)) {
      throw new StoreException(Code.UNKNOWN_TABLE, "there is no bundle " + table);
    }
    if (present.equals(table.model())) {
      throw new StoreException(
          Code.BAD_REQUEST, table.model() + " is what " + table.domain() + " is served from");
    }
    intake.flush(announcer.log());
    long rows = store.state(table).rows();
    requireCarried(table, new TableId(table.domain(), present));
    Announcement.Builder retired =
        Announcement.newBuilder()
            .setDomain(table.domain())
            .setModel(table.model())
            .setKind(Announcement.Kind.RETIRED)
            .setRows(rows)
            .setReason(why)
            .setWho(who);
    intake.appendOrEnd(announcer.log(), () -> announcer.retire(sink -> each(table, sink), retired));
    return rows;
  }

  private boolean isKnown(TableId table) {
    return store.tables().contains(table) || book.models(table.domain()).contains(table.model());
  }

  /** Rows of the present bundle are made from those of the others: none may be missing. */
  private void requireCarried(TableId old, TableId present) {
    long missing = 0;
    try (RowCursor cursor = store.scan(old, store.state(old).openVersion())) {
      while (cursor.next()) {
        RowMeta meta = store.meta(present, cursor.item());
        missing += meta == null ? 1 : 0;
      }
    }
    if (missing > 0) {
      throw new StoreException(
          Code.NOT_READY,
          "%d items of %s have no row under %s yet".formatted(missing, old, present.model()));
    }
  }

  /**
   * Rows that count, what waits beside them, and what ended not long ago: of that the other topics
   * may hold rows, for nobody tunes a bundle that is not served.
   */
  private void each(TableId table, ObjLongConsumer<String> sink) {
    try (RowCursor cursor = store.scan(table, store.state(table).openVersion())) {
      while (cursor.next()) {
        sink.accept(cursor.item(), cursor.row().incarnation());
      }
    }
    Map<String, Long> beside = new TreeMap<>();
    intake.deletionMarks().each(table, (item, ended) -> beside.merge(item, ended, Math::max));
    store.scanInputs(
        WriteSet.InputKind.TUNED,
        (of, item, bytes) -> {
          if (of.equals(table)) {
            beside.merge(item, Rows.parse(bytes).getIncarnation(), Math::max);
          }
        });
    beside.forEach(
        (item, ended) -> {
          if (store.meta(table, item) == null) {
            sink.accept(item, ended);
          }
        });
  }
}
