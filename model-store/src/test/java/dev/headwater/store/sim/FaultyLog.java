package dev.headwater.store.sim;

import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.RowRecord;
import dev.headwater.events.wire.AnnouncedDomain;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.cycle.AnnouncementLog;
import dev.headwater.store.table.StoreException;
import java.util.List;
import java.util.Random;

/**
 * A writer whose calls fail: some before anything was appended; of others only the answer is lost,
 * and such a writer is of no more use, as a transactional producer whose commit timed out.
 */
final class FaultyLog implements AnnouncementLog {
  private final AnnouncementLog writer;
  private final Random random;
  private double failing;
  private boolean broken;

  FaultyLog(AnnouncementLog writer, Random random, double failing) {
    this.writer = writer;
    this.random = random;
    this.failing = failing;
  }

  void failing(double probability) {
    failing = probability;
  }

  boolean isBroken() {
    return broken;
  }

  private void append(Runnable work) {
    if (broken) {
      throw new StoreException(StoreException.Code.NOT_PRIMARY, "the writer is of no more use");
    }
    boolean fails = random.nextDouble() < failing;
    if (fails && random.nextBoolean()) {
      throw new StoreException(StoreException.Code.STORAGE_FAILED, "the log is away");
    }
    work.run();
    if (fails) {
      broken = true;
      throw new StoreException(StoreException.Code.STORAGE_FAILED, "the answer was lost");
    }
  }

  @Override
  public void announce(Announcement announcement, AnnouncedDomain sum) {
    append(() -> writer.announce(announcement, sum));
  }

  @Override
  public void rollBack(RowSource rows, Announcement announcement, AnnouncedDomain sum) {
    append(() -> writer.rollBack(rows, announcement, sum));
  }

  @Override
  public void retire(EndSource ends, Announcement announcement, AnnouncedDomain sum) {
    append(() -> writer.retire(ends, announcement, sum));
  }

  @Override
  public void sum(AnnouncedDomain sum) {
    append(() -> writer.sum(sum));
  }

  @Override
  public void correct(List<EmbeddingRow> rows, List<RowRecord> ends) {
    append(() -> writer.correct(rows, ends));
  }

  @Override
  public void receipt(DeletionReceipt receipt) {
    append(() -> writer.receipt(receipt));
  }

  @Override
  public void close() {}
}
