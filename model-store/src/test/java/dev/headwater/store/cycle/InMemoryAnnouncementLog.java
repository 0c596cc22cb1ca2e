package dev.headwater.store.cycle;

import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.RowRecord;
import dev.headwater.events.wire.AnnouncedDomain;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.table.StoreException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The announcement log in memory: for tests, simulations and measurements. Each {@link #open} gives
 * a writer that fences those before it. Thread-safe.
 */
public final class InMemoryAnnouncementLog {
  private final List<Announcement> announcements = new ArrayList<>();
  private final List<EmbeddingRow> rows = new ArrayList<>();
  private final Map<String, AnnouncedDomain> sums = new LinkedHashMap<>();
  private final List<DeletionReceipt> receipts = new ArrayList<>();
  private final Map<String, Long> ended = new LinkedHashMap<>();
  private final List<RowRecord> late = new ArrayList<>();
  private final List<JournalEntry.Deed> deeds = new ArrayList<>();
  private int newest;

  /** Makes a new primary. */
  public synchronized AnnouncementLog open() {
    return new Writer(++newest);
  }

  /** Returns what was announced so far. */
  public synchronized List<Announcement> announcements() {
    return List.copyOf(announcements);
  }

  /** Returns the sum of each domain's announcements. */
  public synchronized List<AnnouncedDomain> sums() {
    return List.copyOf(sums.values());
  }

  private synchronized void put(int writer, AnnouncedDomain sum) {
    if (writer == newest) {
      sums.put(sum.getDomain(), sum);
    }
  }

  /** Returns the rollback rows from an index on. */
  public synchronized List<EmbeddingRow> rollbackRows(int from) {
    return List.copyOf(rows.subList(from, rows.size()));
  }

  /** Returns the items whose rows ended with their bundle, and of which incarnation they were. */
  public synchronized Map<String, Long> ended() {
    return Map.copyOf(ended);
  }

  /** Returns what was noted for a standby. */
  public synchronized List<JournalEntry.Deed> deeds() {
    return List.copyOf(deeds);
  }

  private synchronized void note(int writer, JournalEntry.Deed deed) {
    if (writer == newest) {
      deeds.add(deed);
    }
  }

  /** Returns what ended of rows that came under a bundle after it was retired. */
  public synchronized List<RowRecord> endedLate() {
    return List.copyOf(late);
  }

  private synchronized void endLate(List<RowRecord> more) {
    late.addAll(more);
  }

  private synchronized void end(Map<String, Long> more) {
    ended.putAll(more);
  }

  /** Returns the ends of rows that came late, or of items that are over. */
  public synchronized List<RowRecord> late() {
    return List.copyOf(late);
  }

  /** Returns the receipts. */
  public synchronized List<DeletionReceipt> receipts() {
    return List.copyOf(receipts);
  }

  private synchronized void append(
      int writer, List<EmbeddingRow> more, List<Announcement> about, List<DeletionReceipt> said) {
    if (writer != newest) {
      throw new StoreException(StoreException.Code.NOT_PRIMARY, "a newer store has started");
    }
    rows.addAll(more);
    announcements.addAll(about);
    receipts.addAll(said);
  }

  private final class Writer implements AnnouncementLog {
    private final int number;

    Writer(int number) {
      this.number = number;
    }

    @Override
    public void announce(Announcement announcement, AnnouncedDomain sum) {
      append(number, List.of(), List.of(announcement), List.of());
      sum(sum);
    }

    @Override
    public void sum(AnnouncedDomain sum) {
      put(number, sum);
    }

    @Override
    public void rollBack(RowSource source, Announcement announcement, AnnouncedDomain sum) {
      List<EmbeddingRow> more = new ArrayList<>();
      source.each(more::add);
      append(number, more, List.of(announcement), List.of());
      sum(sum);
    }

    @Override
    public void retire(EndSource source, Announcement announcement, AnnouncedDomain sum) {
      Map<String, Long> more = new LinkedHashMap<>();
      source.each(more::put);
      append(number, List.of(), List.of(announcement), List.of());
      end(more);
      sum(sum);
    }

    @Override
    public void correct(List<EmbeddingRow> more, List<RowRecord> ends) {
      append(number, more, List.of(), List.of());
      endLate(ends);
    }

    @Override
    public void receipt(DeletionReceipt receipt) {
      append(number, List.of(), List.of(), List.of(receipt));
    }

    @Override
    public void note(JournalEntry.Deed deed, Map<String, Long> offsets) {
      InMemoryAnnouncementLog.this.note(number, deed);
    }

    @Override
    public void close() {}
  }
}
