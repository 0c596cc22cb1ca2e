package dev.headwater.store.cycle;

import static dev.headwater.store.cycle.EngineFixture.TOYS;
import static dev.headwater.store.cycle.EngineFixture.cold;
import static dev.headwater.store.cycle.EngineFixture.engine;
import static dev.headwater.store.cycle.EngineFixture.engineBehind;
import static dev.headwater.store.cycle.EngineFixture.tuned;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.Keys;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.AnnouncedDomain;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.VectorFormat;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.InMemoryEmbeddingStore;
import dev.headwater.store.table.StoreException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What stands is said once more where a row came that does not count. */
class CorrectionsTest {
  private final EmbeddingStore store = new InMemoryEmbeddingStore(VectorFormat.FP32);
  private final InMemoryAnnouncementLog log = new InMemoryAnnouncementLog();

  private static long seal(StoreEngine engine) {
    return engine.runCycle().get(0).version();
  }

  /** Takes everything but corrections, as if the process were killed at that moment. */
  private static final class Deaf implements AnnouncementLog {
    private final AnnouncementLog log;

    Deaf(AnnouncementLog log) {
      this.log = log;
    }

    @Override
    public void announce(Announcement announcement, AnnouncedDomain sum) {
      log.announce(announcement, sum);
    }

    @Override
    public void rollBack(RowSource rows, Announcement announcement, AnnouncedDomain sum) {
      log.rollBack(rows, announcement, sum);
    }

    @Override
    public void retire(EndSource ends, Announcement announcement, AnnouncedDomain sum) {
      log.retire(ends, announcement, sum);
    }

    @Override
    public void sum(AnnouncedDomain sum) {
      log.sum(sum);
    }

    @Override
    public void correct(List<EmbeddingRow> rows, List<RowRecord> ends) {
      throw new StoreException(StoreException.Code.STORAGE_FAILED, "the broker is away");
    }

    @Override
    public void receipt(DeletionReceipt receipt) {
      log.receipt(receipt);
    }

    @Override
    public void close() {}
  }

  @Test
  void aCrashBetweenOffsetsAndCorrectionDoesNotLoseTheCorrection() {
    StoreEngine engine = engine(store, log, new Deaf(log.open()));
    engine.announceModel("toys", "m1", "ann");
    engine.take(cold(0, "a", 1, 1, 1));
    engine.take(cold(1, "b", 1, 1, 5));
    engine.take(tuned(0, "a", 0, 1, 2));
    long good = seal(engine);
    engine.rollback(good, "quality", "bob");
    engine.take(tuned(1, "a", 0, 2, 3)); // late
    engine.take(tuned(2, "b", 0, 3, 6)); // late
    engine.flush();
    assertThat(store.offsets()).containsEntry("embeddings.fine-tuned/0", 3L);
    assertThat(log.rollbackRows(0)).isEmpty();

    engine(store, log);
    List<String> corrected = new ArrayList<>();
    log.rollbackRows(0).forEach(row -> corrected.add(row.getItem() + row.hasVector()));
    assertThat(corrected).containsExactlyInAnyOrder("atrue", "bfalse");
    engine(store, log);
    assertThat(log.rollbackRows(0)).as("said once").hasSize(2);
  }

  /** Found by the simulation: it said once more what stood before the rollback. */
  @Test
  void whoeverBeginsAgainBehindARollbackSaysWhatStandsOnceItHasReadOn() {
    StoreEngine first = engine(new InMemoryEmbeddingStore(VectorFormat.FP32), log);
    first.announceModel("toys", "m1", "ann");
    first.take(cold(0, "a", 1, 1, 1));
    first.take(tuned(0, "a", 0, 1, 2));
    long good = seal(first);
    first.take(tuned(1, "a", 0, 2, 3));
    seal(first);
    first.rollback(good, "quality", "bob");
    EmbeddingRow back = log.rollbackRows(0).get(0);

    StoreEngine again = engineBehind(store, log); // its disk kept nothing of it
    again.take(cold(0, "a", 1, 1, 1));
    again.take(tuned(0, "a", 0, 1, 2));
    again.take(tuned(1, "a", 0, 2, 3));
    again.take(tuned(2, "a", 0, 3, 4)); // late
    again.flush();
    again.take(RowRecord.of(RowRecord.Kind.ROLLBACK, said(back).key(), 0, back));
    again.caughtUp();
    assertThat(log.rollbackRows(0))
        .last()
        .satisfies(row -> assertThat(Vectors.unpack(row.getVector())[0]).isEqualTo(2));
  }

  /** Found by the simulation: it knew of the late row from its disk, and said "none" at once. */
  @Test
  void whoeverTakesOverWaitsForTheRollbackBeforeItSaysWhatItOwesFromBefore() {
    StoreEngine first = engine(store, log, new Deaf(log.open()));
    first.announceModel("toys", "m1", "ann");
    first.take(cold(0, "a", 1, 1, 1));
    long good = seal(first);
    first.take(tuned(0, "a", 0, 1, 2));
    first.flush();
    first.rollback(good, "quality", "bob");
    first.take(tuned(1, "a", 0, 2, 3)); // late, and its disk knows that
    first.flush();

    StoreEngine again = engineBehind(store, log);
    assertThat(log.rollbackRows(0)).as("of the rollback alone").hasSize(1);
    again.caughtUp();
    assertThat(log.rollbackRows(0)).hasSize(2);
  }

  /**
   * Found by the simulation: a zombie's lower row stood last, its owner had gone on with another
   * bundle, and compaction took what had been learned.
   */
  @Test
  void whatALowerRowCameBehindIsSaidOnceMore() {
    StoreEngine engine = engine(store, log, new Deaf(log.open()));
    engine.announceModel("toys", "m1", "ann");
    engine.take(cold(0, "a", 1, 1, 1));
    engine.take(tuned(0, "a", 0, 5, 2));
    engine.take(tuned(1, "b", 0, 6, 4)); // waits for its cold row
    engine.flush();
    engine.take(tuned(2, "a", 0, 3, 9));
    engine.take(tuned(3, "b", 0, 4, 9));
    engine.flush(); // and ends here

    StoreEngine next = engine(store, log);
    List<String> said = new ArrayList<>();
    log.rollbackRows(0)
        .forEach(row -> said.add(row.getItem() + row.getVersion().getStep() + row.getOrigin()));
    assertThat(said).containsExactlyInAnyOrder("a5FINE_TUNED", "b6FINE_TUNED");
    assertThat(log.rollbackRows(0)).allSatisfy(row -> assertThat(row.getCausedMs()).isZero());
    log.rollbackRows(0).forEach(row -> next.take(said(row)));
    next.flush();
    engine(store, log);
    assertThat(log.rollbackRows(0)).as("said once").hasSize(2);
  }

  private static RowRecord said(EmbeddingRow row) {
    Keys.RowKey key = new Keys.RowKey(row.getDomain(), row.getModel(), row.getItem());
    return RowRecord.of(RowRecord.Kind.TUNED, key, 4, row);
  }

  @Test
  void nothingIsSaidWhereTheOwnerHasSentItsRowAgain() {
    StoreEngine engine = engine(store, log);
    engine.announceModel("toys", "m1", "ann");
    engine.take(cold(0, "a", 1, 1, 1));
    engine.take(tuned(0, "a", 0, 5, 2));
    engine.take(tuned(1, "a", 0, 3, 9));
    engine.take(tuned(2, "a", 0, 6, 3));
    engine.flush();
    assertThat(log.rollbackRows(0)).isEmpty();
    assertThat(requireNonNull(store.get(TOYS, "a")).vector()[0]).isEqualTo(3);
  }

  /** Topics are read in any order: what takes the late row back must not wait for the cold row. */
  @Test
  void aLateRowOfAnItemThatIsNotKnownYetIsCorrectedToo() {
    StoreEngine engine = engine(store, log);
    engine.announceModel("toys", "m1", "ann");
    engine.take(cold(0, "a", 1, 1, 1));
    long good = seal(engine);
    engine.rollback(good, "quality", "bob");
    engine.take(tuned(0, "b", 0, 1, 6)); // of before, its cold row is still to be read
    engine.flush();
    engine.take(cold(1, "b", 1, 1, 5));
    engine.flush();
    assertThat(log.rollbackRows(0))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.getItem()).isEqualTo("b");
              assertThat(row.getIncarnation()).isEqualTo(1);
              assertThat(row.hasVector()).as("back to the cold row").isFalse();
              assertThat(row.getVersion().getGeneration()).isEqualTo(1);
            });
  }

  /**
   * Found by the simulation: a request of before the item began again was carried out while the
   * late row was all that had been read of it, and readers kept the late row.
   */
  @Test
  void aRequestOfBeforeTheItemBeganLeavesWhatIsOwedOfIt() {
    StoreEngine first = engine(new InMemoryEmbeddingStore(VectorFormat.FP32), log);
    first.announceModel("toys", "m1", "ann");
    first.take(cold(0, "a", 1, 1, 1));
    first.rollback(seal(first), "quality", "bob");

    StoreEngine again = engineBehind(store, log);
    again.take(begun(tuned(0, "b", 0, 1, 6), 500)); // late
    again.take(begun(tuned(1, "c", 0, 2, 6), 300)); // late, and over
    for (String item : List.of("b", "c")) {
      var unused =
          again.deleteBeforeReceipts(List.of(new ItemDeletion("toys", item, 400, "bob")), () -> {});
    }
    again.caughtUp();
    again.flush();
    assertThat(log.rollbackRows(0)).extracting(EmbeddingRow::getItem).containsExactly("b");
  }

  /**
   * Found by the simulation: an attempt that had not heard sent a row of the life that a request
   * had ended. It was passed over, and compaction took what was learned in the next life.
   */
  @Test
  void whatARowOfADeletedLifeCameBehindIsSaidOnceMore() {
    StoreEngine engine = engine(store, log);
    engine.announceModel("toys", "m1", "ann");
    engine.take(begun(cold(0, "a", 1, 1, 1), 100));
    engine.take(begun(cold(1, "b", 1, 1, 1), 100));
    for (String item : List.of("a", "b")) {
      var unused = engine.delete("toys", item, 200, "bob", () -> {});
    }
    engine.take(begun(cold(2, "a", 2, 300, 1), 300));
    engine.take(begun(cold(3, "b", 2, 300, 1), 300));
    RowRecord learned = tuned(0, "a", 0, 5, 2);
    engine.take(
        learned.withRow(requireNonNull(learned.row()).toBuilder().setIncarnation(2).build()));
    engine.flush();
    engine.take(tuned(1, "a", 0, 3, 9));
    engine.take(tuned(2, "b", 0, 4, 9)); // nothing was learned of it since
    engine.flush();
    assertThat(log.rollbackRows(0))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.getItem()).isEqualTo("a");
              assertThat(row.getIncarnation()).isEqualTo(2);
              assertThat(row.getOrigin()).isEqualTo(EmbeddingRow.Origin.FINE_TUNED);
            });
    assertThat(requireNonNull(store.get(TOYS, "a")).vector()[0]).isEqualTo(2);
  }

  private static RowRecord begun(RowRecord record, long beganMs) {
    return record.withRow(requireNonNull(record.row()).toBuilder().setBeganMs(beganMs).build());
  }
}
