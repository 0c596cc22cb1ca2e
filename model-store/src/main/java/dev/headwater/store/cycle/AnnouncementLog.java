package dev.headwater.store.cycle;

import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import java.util.List;

/**
 * Where announcements and reverse deltas go. Of several writers only the newest may write: an older
 * one gets {@link dev.headwater.store.table.StoreException} with code NOT_PRIMARY and nothing of
 * what it wrote becomes visible.
 */
public interface AnnouncementLog extends AutoCloseable {
  /** Appends one announcement; returns when it is durable. */
  void announce(Announcement announcement);

  /** Appends rollback rows and then an announcement, all or nothing. */
  void rollBack(List<EmbeddingRow> rows, Announcement announcement);

  /** Appends rollback rows alone, all or nothing: what stands where a late row was dropped. */
  void correct(List<EmbeddingRow> rows);

  /** Appends the receipt of a deletion. */
  void receipt(DeletionReceipt receipt);

  @Override
  void close();
}
