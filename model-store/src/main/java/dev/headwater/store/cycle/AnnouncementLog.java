package dev.headwater.store.cycle;

import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.RowRecord;
import dev.headwater.events.wire.AnnouncedDomain;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.table.StoreException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Where announcements and reverse deltas go. Of several writers only the newest may write: an older
 * one gets {@link StoreException} with code NOT_PRIMARY and nothing of what it wrote becomes
 * visible.
 */
public interface AnnouncementLog extends AutoCloseable {
  /**
   * Appends one announcement and puts the sum of its domain with it in place of the one before;
   * returns when both are durable.
   */
  void announce(Announcement announcement, AnnouncedDomain sum);

  /** Rows that are made one after the other: a rollback may have more than memory holds. */
  @FunctionalInterface
  interface RowSource {
    /** Hands over every row, each time the same. */
    void each(Consumer<EmbeddingRow> sink);
  }

  /** Appends rollback rows and then an announcement with its sum, all or nothing. */
  void rollBack(RowSource rows, Announcement announcement, AnnouncedDomain sum);

  /** The items of a retired bundle, one after the other: there may be more than memory holds. */
  @FunctionalInterface
  interface EndSource {
    /** Hands over every item with the incarnation that its row is of. */
    void each(ObjLongConsumer<String> sink);
  }

  /**
   * Ends all rows of a bundle, in the three embedding topics, and its ranker's weights, and appends
   * the announcement with its sum, all or nothing.
   */
  void retire(EndSource ends, Announcement announcement, AnnouncedDomain sum);

  /** Puts the sum of a domain alone: the announcements are there, of an older release. */
  void sum(AnnouncedDomain sum);

  /**
   * Appends rows alone, all or nothing: what stands where a late row was dropped or a lower one
   * came behind it. Rows that were learned go where they stood, so that compaction finds them last.
   *
   * @param ends what came under a bundle after it was retired, each to be ended in its topic
   */
  void correct(List<EmbeddingRow> rows, List<RowRecord> ends);

  /** Appends the receipt of a deletion. */
  void receipt(DeletionReceipt receipt);

  /**
   * Notes for a standby, with what is appended next, what was done beside announcements: under the
   * engine's lock, so that notes stand in the order in which things were done.
   *
   * @param offsets how far rows were read
   */
  default void note(JournalEntry.Deed deed, Map<String, Long> offsets) {}

  /**
   * Returns why this log takes nothing more before the store is started again, or null: a newer
   * store has started, or what became of the last transaction is not known.
   */
  default @Nullable StoreException refusal() {
    return null;
  }

  @Override
  void close();
}
