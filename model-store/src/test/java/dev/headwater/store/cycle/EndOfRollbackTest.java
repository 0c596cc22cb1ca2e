package dev.headwater.store.cycle;

import static dev.headwater.store.cycle.EngineFixture.cold;
import static dev.headwater.store.cycle.EngineFixture.engine;
import static dev.headwater.store.cycle.EngineFixture.engineBehind;
import static dev.headwater.store.cycle.EngineFixture.tuned;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.events.Keys;
import dev.headwater.events.RowRecord;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.VectorFormat;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.InMemoryEmbeddingStore;
import dev.headwater.store.table.StoreException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * What a rollback brought back of an item stood in {@code embeddings.rollback} for ever, and so did
 * what had been learned of one whose deletion was confirmed.
 */
class EndOfRollbackTest {
  private final EmbeddingStore store = new InMemoryEmbeddingStore(VectorFormat.FP32);
  private final InMemoryAnnouncementLog log = new InMemoryAnnouncementLog();

  /** Learned, sealed, learned on, rolled back. */
  private long rolledBack(StoreEngine engine) {
    engine.announceModel("toys", "m1", "ann");
    engine.take(cold(0, "a", 1, 1, 1));
    engine.take(tuned(0, "a", 0, 1, 2));
    long good = engine.runCycle().get(0).version();
    engine.take(tuned(1, "a", 0, 2, 3));
    var unused = engine.runCycle();
    engine.rollback(good, "quality", "bob");
    return good;
  }

  private static RowRecord end(long offset, String item, long incarnation) {
    Keys.RowKey key = new Keys.RowKey("toys", "m1", item);
    return new RowRecord(
        RowRecord.Kind.COLD, key, 0, offset, 0, 0, incarnation, false, false, null);
  }

  private RowRecord back() {
    EmbeddingRow row = log.rollbackRows(0).get(log.rollbackRows(0).size() - 1);
    Keys.RowKey key = new Keys.RowKey("toys", "m1", row.getItem());
    return RowRecord.of(RowRecord.Kind.ROLLBACK, key, 0, row);
  }

  @Test
  void itEndsWithItsItem() {
    StoreEngine engine = engine(store, log);
    rolledBack(engine);
    engine.take(back()); // as it comes back from the topic
    engine.take(end(1, "a", 1));
    engine.flush();
    assertThat(log.late())
        .singleElement()
        .satisfies(
            end -> {
              assertThat(end.kind()).isEqualTo(RowRecord.Kind.ROLLBACK);
              assertThat(end.item()).isEqualTo("a");
              assertThat(end.retired()).as("its bundle goes on").isFalse();
            });
    engine.take(end(2, "b", 1)); // whose rollback nobody knows of
    engine.flush();
    assertThat(log.late()).hasSize(2);
  }

  @Test
  void nothingIsToBeEndedUnderATableThatWasNeverRolledBack() {
    StoreEngine engine = engine(store, log);
    engine.announceModel("toys", "m1", "ann");
    engine.take(cold(0, "a", 1, 1, 1));
    engine.take(tuned(0, "a", 0, 1, 2));
    engine.take(end(1, "a", 1));
    engine.flush();
    assertThat(log.late()).isEmpty();
  }

  @Test
  void whatARollbackBringsBackOfTheNextLifeStands() {
    StoreEngine engine = engineBehind(store, log); // it corrects nothing yet
    rolledBack(engine);
    engine.take(end(1, "a", 1));
    engine.take(cold(2, "a", 2, 2, 5));
    long good = engine.runCycle().get(0).version();
    RowRecord learned = tuned(2, "a", 1, 7, 6);
    engine.take(
        learned.withRow(requireNonNull(learned.row()).toBuilder().setIncarnation(2).build()));
    var unused = engine.runCycle();
    engine.rollback(good, "quality", "bob");
    assertThat(requireNonNull(back().row()).getIncarnation()).isEqualTo(2);
    engine.caughtUp();
    assertThat(log.late()).isEmpty();
  }

  /** Found by the simulation: a late row was answered for an item that was over. */
  @Test
  void aLateRowOfAnItemThatIsOverBringsNothingBack() {
    StoreEngine engine = engineBehind(store, log);
    rolledBack(engine);
    int said = log.rollbackRows(0).size();
    engine.take(tuned(2, "a", 0, 3, 4)); // late
    engine.take(end(1, "a", 1));
    engine.caughtUp();
    assertThat(log.rollbackRows(0)).hasSize(said);
    assertThat(log.late()).extracting(RowRecord::kind).containsExactly(RowRecord.Kind.ROLLBACK);
  }

  /** It came back behind its item's end, which the store knows by its mark alone. */
  @Test
  void whatComesBehindTheEndOfItsItemEnds() {
    StoreEngine first = engine(new InMemoryEmbeddingStore(VectorFormat.FP32), log);
    rolledBack(first);
    StoreEngine again = engineBehind(store, log);
    again.take(cold(0, "a", 1, 1, 1));
    again.take(end(1, "a", 1));
    again.take(back());
    again.caughtUp();
    assertThat(log.late()).extracting(RowRecord::kind).containsExactly(RowRecord.Kind.ROLLBACK);
  }

  @Test
  void aDeletionIsConfirmedBehindIt() {
    StoreEngine engine = engineBehind(store, log);
    rolledBack(engine);
    List<Supplier<Map<String, Long>>> receipts =
        engine.deleteBeforeReceipts(List.of(new ItemDeletion("toys", "a", 400, "bob")), () -> {});
    assertThatThrownBy(() -> receipts.get(0).get())
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.code()).isEqualTo(StoreException.Code.LOG_UNAVAILABLE));
    assertThat(log.receipts()).isEmpty();
    engine.caughtUp();
    assertThat(log.late()).hasSize(1);
    var unused = receipts.get(0).get();
    assertThat(log.receipts()).hasSize(1);
  }

  /**
   * Found by the simulation, seed 59410: a store that never heard whether its rollback was appended
   * lost its last writes, and knew of nothing that was to be ended.
   */
  @Test
  void aStoreThatHasYetToReadWhatStoodInTheTopicsConfirmsNothing() {
    rolledBack(engine(new InMemoryEmbeddingStore(VectorFormat.FP32), log));
    StoreEngine again = engineBehind(store, log);
    List<Supplier<Map<String, Long>>> receipts =
        again.deleteBeforeReceipts(List.of(new ItemDeletion("toys", "a", 400, "bob")), () -> {});
    assertThatThrownBy(() -> receipts.get(0).get())
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.code()).isEqualTo(StoreException.Code.LOG_UNAVAILABLE));
    again.take(cold(0, "a", 1, 1, 1));
    again.take(back());
    again.caughtUp();
    var unused = receipts.get(0).get();
    assertThat(log.receipts()).hasSize(1);
  }

  /**
   * Found by the simulation, seed 90597: topics are read in any order, and by a row that leads back
   * to the cold row nobody can tell that its incarnation began before the request.
   */
  @Test
  void whatWasReadBeforeTheColdRowThatARequestEndedEndsToo() {
    rolledBack(engine(new InMemoryEmbeddingStore(VectorFormat.FP32), log));
    StoreEngine again = engineBehind(store, log);
    List<Supplier<Map<String, Long>>> receipts =
        again.deleteBeforeReceipts(List.of(new ItemDeletion("toys", "a", 400, "bob")), () -> {});
    RowRecord back = back();
    EmbeddingRow toCold =
        requireNonNull(back.row()).toBuilder().clearVector().clearBeganMs().clearCausedMs().build();
    again.take(back.withRow(toCold));
    again.take(cold(0, "a", 1, 1, 1));
    again.caughtUp();
    assertThat(log.late())
        .singleElement()
        .satisfies(end -> assertThat(end.endedIncarnation()).isEqualTo(1));
    var unused = receipts.get(0).get();
    assertThat(log.receipts()).hasSize(1);
  }

  /**
   * Found by the simulation, seed 53826: it was late, and what stood instead was said, in the topic
   * of rollbacks.
   */
  @Test
  void ofALateRowOfAnItemThatWasDeletedBeforeItWasKnownNothingIsSaid() {
    StoreEngine engine = engine(store, log);
    rolledBack(engine);
    engine.delete("toys", "z", 400, "bob", () -> {});
    int said = log.rollbackRows(0).size();
    RowRecord late = tuned(2, "z", 0, 3, 4);
    engine.take(late.withRow(requireNonNull(late.row()).toBuilder().setBeganMs(300).build()));
    engine.flush();
    assertThat(log.rollbackRows(0)).hasSize(said);
    RowRecord next = tuned(3, "z", 0, 4, 4);
    engine.take(
        next.withRow(
            requireNonNull(next.row()).toBuilder().setIncarnation(2).setBeganMs(500).build()));
    engine.flush();
    assertThat(log.rollbackRows(0)).as("it began after the request").hasSize(said + 1);
  }
}
