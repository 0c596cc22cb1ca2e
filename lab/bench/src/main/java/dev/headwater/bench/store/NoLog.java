package dev.headwater.bench.store;

import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.RowRecord;
import dev.headwater.events.wire.AnnouncedDomain;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.cycle.AnnouncementLog;
import java.util.List;

/** Takes every announcement at once and keeps none: the store is measured, not its broker. */
final class NoLog implements AnnouncementLog {
  @Override
  public void announce(Announcement announcement, AnnouncedDomain sum) {
    // Nobody reads it.
  }

  @Override
  public void rollBack(RowSource rows, Announcement announcement, AnnouncedDomain sum) {
    rows.each(
        row -> {
          // Made as for a broker; nobody reads it.
        });
  }

  @Override
  public void retire(EndSource ends, Announcement announcement, AnnouncedDomain sum) {
    // Nobody reads it.
  }

  @Override
  public void sum(AnnouncedDomain sum) {
    // Nobody reads it.
  }

  @Override
  public void correct(List<EmbeddingRow> rows, List<RowRecord> ends) {
    // Nobody reads it.
  }

  @Override
  public void receipt(DeletionReceipt receipt) {
    // Nobody reads it.
  }

  @Override
  public void close() {
    // There is nothing to close.
  }
}
