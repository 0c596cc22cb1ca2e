package dev.headwater.store;

import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.RowRecord;
import dev.headwater.events.wire.AnnouncedDomain;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.cycle.AnnouncementLog;
import dev.headwater.store.cycle.JournalEntry;
import dev.headwater.store.table.StoreException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The announcement log of a node that stands by: it refuses everything until the node has taken
 * over, and then is the log of the primary. Thread-safe.
 */
final class StandbyLog implements AnnouncementLog {
  private volatile @Nullable KafkaAnnouncementLog primary;

  /** From now on everything goes to this log, and closing closes it. */
  void takeOver(KafkaAnnouncementLog log) {
    primary = log;
  }

  private void write(Consumer<AnnouncementLog> work) {
    AnnouncementLog log = primary;
    if (log == null) {
      throw new StoreException(
          StoreException.Code.NOT_PRIMARY, "this store stands by; ask the one that announces");
    }
    work.accept(log);
  }

  @Override
  public @Nullable StoreException refusal() {
    KafkaAnnouncementLog log = primary;
    return log == null ? null : log.refusal();
  }

  @Override
  public void announce(Announcement announcement, AnnouncedDomain sum) {
    write(log -> log.announce(announcement, sum));
  }

  @Override
  public void rollBack(RowSource rows, Announcement announcement, AnnouncedDomain sum) {
    write(log -> log.rollBack(rows, announcement, sum));
  }

  @Override
  public void retire(EndSource ends, Announcement announcement, AnnouncedDomain sum) {
    write(log -> log.retire(ends, announcement, sum));
  }

  @Override
  public void sum(AnnouncedDomain sum) {
    write(log -> log.sum(sum));
  }

  @Override
  public void correct(List<EmbeddingRow> rows, List<RowRecord> ends) {
    write(log -> log.correct(rows, ends));
  }

  @Override
  public void receipt(DeletionReceipt receipt) {
    write(log -> log.receipt(receipt));
  }

  @Override
  public void note(JournalEntry.Deed deed, Map<String, Long> offsets) {
    AnnouncementLog log = primary;
    if (log != null) {
      log.note(deed, offsets);
    }
  }

  @Override
  public void close() {
    AnnouncementLog log = primary;
    if (log != null) {
      log.close();
    }
  }
}
