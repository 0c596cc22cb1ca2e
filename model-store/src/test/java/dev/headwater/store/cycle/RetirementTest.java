package dev.headwater.store.cycle;

import static dev.headwater.store.cycle.EngineFixture.TOYS;
import static dev.headwater.store.cycle.EngineFixture.cold;
import static dev.headwater.store.cycle.EngineFixture.engine;
import static dev.headwater.store.cycle.EngineFixture.engineBehind;
import static dev.headwater.store.cycle.EngineFixture.tuned;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.events.Keys;
import dev.headwater.events.RowRecord;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.VectorFormat;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.InMemoryEmbeddingStore;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.TableState;
import dev.headwater.store.table.WriteSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetirementTest {
  private final EmbeddingStore store = new InMemoryEmbeddingStore(VectorFormat.FP32);
  private final InMemoryAnnouncementLog log = new InMemoryAnnouncementLog();
  private final StoreEngine engine = engine(store, log);
  private long offset = 100;

  private void given() {
    engine.announceModel("toys", "m1", "ann");
    engine.take(cold(0, "a", 1, 1, 1));
    engine.take(cold(1, "b", 1, 1, 1));
    engine.take(tuned(0, "a", 0, 1, 2));
    engine.runCycle();
  }

  private void givenCarried() {
    given();
    engine.announceModel("toys", "m2", "ann");
    carry("a");
    carry("b");
  }

  private void carry(String item) {
    EmbeddingRow row =
        requireNonNull(cold(offset, item, 1, 1, 1).row()).toBuilder().setModel("m2").build();
    engine.take(
        RowRecord.of(RowRecord.Kind.COLD, new Keys.RowKey("toys", "m2", item), offset++, row));
  }

  /** What it wrote comes back to it as to everybody. */
  private void readBack() {
    log.ended()
        .forEach(
            (item, incarnation) ->
                engine.take(
                    RowRecord.ended(new Keys.RowKey("toys", "m1", item), offset++, incarnation)));
    engine.runCycle();
  }

  @Test
  void whatIsServedAndWhatIsUnknownIsNotRetired() {
    given();
    assertThatThrownBy(() -> engine.retire("toys", "m1", "old", "ann"))
        .hasMessageContaining("is served from");
    assertThatThrownBy(() -> engine.retire("toys", "m9", "old", "ann"))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.code()).isEqualTo(StoreException.Code.UNKNOWN_TABLE));
  }

  /**
   * Found by the simulation, seed 64914: the next cycle drops them, and there was time before it.
   */
  @Test
  void noVersionOfARetiredBundleComesBack() {
    givenCarried();
    long ofRetired = store.versions(new TableId("toys", "m1")).get(0).version();
    engine.retire("toys", "m1", "old", "ann");
    assertThatThrownBy(() -> engine.rollback(ofRetired, "quality", "bob"))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.code()).isEqualTo(StoreException.Code.UNKNOWN_VERSION))
        .hasMessageContaining("retired");
    assertThatThrownBy(() -> engine.pin(ofRetired, "quality", "bob"))
        .hasMessageContaining("retired");
  }

  @Test
  void nothingIsRetiredBeforeEveryItemHasARowUnderTheBundleThatIsServed() {
    given();
    engine.announceModel("toys", "m2", "ann");
    carry("a");
    assertThatThrownBy(() -> engine.retire("toys", "m1", "old", "ann"))
        .hasMessageContaining("1 items");
    carry("b");
    assertThat(engine.retire("toys", "m1", "old", "ann")).isEqualTo(2);
  }

  @Test
  void aRetiredBundleLeavesNoRowNoVersionAndNoName() {
    givenCarried();
    engine.retire("toys", "m1", "old", "ann");
    assertThat(log.ended()).containsOnlyKeys("a", "b").containsEntry("a", 1L);
    readBack();
    while (engine.retain()) {
      // step by step
    }

    TableState state = store.state(TOYS);
    assertThat(state.rows()).isZero();
    assertThat(store.versions(TOYS)).isEmpty();
    assertThat(store.get(TOYS, "a")).isNull();
    assertThat(engine.book().models("toys")).containsExactly("m2");
    int said = log.announcements().size();
    engine.runCycle();
    assertThat(log.announcements()).as("nothing is said of it any more").hasSize(said);
    assertThat(log.announcements())
        .filteredOn(a -> a.getModel().equals("m1"))
        .last()
        .extracting(Announcement::getKind)
        .isEqualTo(Announcement.Kind.RETIRED);
    assertThatThrownBy(() -> engine.announceModel("toys", "m1", "ann"))
        .hasMessageContaining("was retired");
    assertThatThrownBy(() -> engine.retire("toys", "m1", "again", "ann"))
        .hasMessageContaining("there is no bundle");
  }

  /** Found by the simulation: at the second request nobody knew which incarnation had ended. */
  @Test
  void anItemWhoseDeletionWasAskedForTwiceEndsWithTheBundle() {
    givenCarried();
    engine.delete("toys", "a", 5_000, "ann", () -> {});
    engine.delete("toys", "a", 6_000, "ann", () -> {});
    engine.retire("toys", "m1", "old", "ann");
    assertThat(log.ended()).containsEntry("a", 1L);
  }

  /**
   * Found by the simulation: the end named no incarnation, and the cold row it came behind stayed.
   */
  @Test
  void aTunedRowThatWaitsForItsColdRowEndsWithTheBundleAndSoDoesThatRow() {
    givenCarried();
    engine.take(tuned(0, "c", 0, 1, 2));
    engine.flush();
    engine.retire("toys", "m1", "old", "ann");
    assertThat(log.ended()).containsEntry("c", 1L);
  }

  /** A job that had not heard of it wrote on, and nobody ended what it wrote. */
  @Test
  void whatComesUnderARetiredBundleIsNotTakenInAndIsEndedWhereItCame() {
    givenCarried();
    engine.retire("toys", "m1", "old", "ann");
    readBack();
    assertThat(log.endedLate()).as("what ended with it came before").isEmpty();

    engine.take(cold(offset++, "a", 1, 1, 9));
    engine.take(tuned(offset++, "b", 0, 7, 9));
    engine.take(cold(offset++, "c", 3, 1, 9));
    engine.flush();
    assertThat(store.get(TOYS, "a")).isNull();
    assertThat(store.state(TOYS).rows()).isZero();
    assertThat(store.input(TOYS, "b", WriteSet.InputKind.TUNED)).isNull();
    assertThat(log.endedLate())
        .extracting(each -> each.kind() + " " + each.key() + " " + each.endedIncarnation())
        .containsExactlyInAnyOrder(
            "COLD toys/m1/a 1",
            "TUNED toys/m1/a 1",
            "TUNED toys/m1/b 1",
            "COLD toys/m1/c 3",
            "TUNED toys/m1/c 3");

    log.endedLate().forEach(engine::take);
    engine.flush();
    engine.runCycle();
    assertThat(log.endedLate()).as("once").hasSize(5);
    assertThat(value("m2", "a")).isEqualTo(1);
  }

  /** Found by the simulation: the deletion took what was owed along, and a restart forgot it. */
  @Test
  void whatCameUnderARetiredBundleIsEndedThoughTheItemIsDeletedMeanwhile() {
    givenCarried();
    engine.retire("toys", "m1", "old", "ann");
    readBack();

    StoreEngine behind = engineBehind(store, log);
    behind.take(tuned(offset++, "b", 0, 7, 9));
    var unused =
        behind.deleteBeforeReceipts(List.of(new ItemDeletion("toys", "b", 5_000, "ann")), () -> {});
    assertThat(log.endedLate()).as("it has not read all yet").isEmpty();
    engine(store, log).caughtUp();
    assertThat(log.endedLate())
        .extracting(each -> each.kind() + " " + each.key())
        .containsExactly("TUNED toys/m1/b");
  }

  /** Found by the simulation: what corrected the late row was ended, and the row itself stayed. */
  @Test
  void aLateRowIsEndedWithTheRowThatCorrectedItWhenThatComesAfterTheBundleWasRetired() {
    RowRecord correction = givenLateRow("c");
    engine.retire("toys", "m1", "old", "ann");
    assertThat(log.ended()).as("what was said of it waits in the table").containsKey("c");
    engine.take(correction);
    engine.flush();
    assertThat(log.endedLate())
        .extracting(each -> each.kind() + " " + each.key() + " " + each.endedIncarnation())
        .containsExactlyInAnyOrder("TUNED toys/m1/c 1", "ROLLBACK toys/m1/c 1");
  }

  /** Where nothing stood there was nothing to say, and the late row was known to nobody. */
  @Test
  void aLateRowIsEndedWithTheColdRowThatComesAfterTheBundleWasRetired() {
    var unused = givenLateRow("c");
    engine.retire("toys", "m1", "old", "ann");
    engine.take(cold(offset++, "c", 1, 1, 9));
    engine.flush();
    assertThat(log.endedLate())
        .extracting(each -> each.kind() + " " + each.key() + " " + each.endedIncarnation())
        .containsExactlyInAnyOrder("TUNED toys/m1/c 1", "COLD toys/m1/c 1");
  }

  @Test
  void aLateRowWhoseCorrectionWasReadEndsWithTheBundle() {
    engine.take(givenLateRow("c"));
    engine.runCycle();
    engine.retire("toys", "m1", "old", "ann");
    assertThat(log.ended()).containsKey("c");
  }

  /** A tuned row without a cold one comes behind a rollback; returns what the store says of it. */
  private RowRecord givenLateRow(String item) {
    given();
    engine.rollback(store.versions(TOYS).get(0).version(), "quality", "bob");
    int rows = log.rollbackRows(0).size();
    engine.take(tuned(offset++, item, 0, 7, 9));
    engine.flush();
    EmbeddingRow said = log.rollbackRows(rows).get(0);
    assertThat(said.getItem()).isEqualTo(item);
    engine.announceModel("toys", "m2", "ann");
    carry("a");
    carry("b");
    return RowRecord.of(
        RowRecord.Kind.ROLLBACK, new Keys.RowKey("toys", "m1", item), offset++, said);
  }

  /** Found by the simulation: compaction keeps the last end, which may be a zombie's lower one. */
  @Test
  void aLateEndOfAnEarlierIncarnationEndsTheRowOfARetiredBundle() {
    givenCarried();
    engine.take(cold(offset++, "a", 2, 1, 9));
    engine.take(RowRecord.ended(new Keys.RowKey("toys", "m1", "a"), offset++, 1));
    engine.flush();
    assertThat(store.get(TOYS, "a")).as("of incarnation 2").isNotNull();
    engine.retire("toys", "m1", "old", "ann");
    engine.take(RowRecord.ended(new Keys.RowKey("toys", "m1", "a"), offset++, 1));
    engine.flush();
    assertThat(store.get(TOYS, "a")).isNull();
  }

  /** A store that reads all from the beginning says nothing of what has ended behind it. */
  @Test
  void whatEndedBehindALateRowIsNotEndedAgain() {
    givenCarried();
    engine.retire("toys", "m1", "old", "ann");
    engine.take(cold(offset++, "a", 1, 1, 9));
    for (RowRecord.Kind kind : RowRecord.Kind.values()) { // as the bundle's end is written
      Keys.RowKey key = new Keys.RowKey("toys", "m1", "a");
      engine.take(new RowRecord(kind, key, 0, offset++, 0, 0, 1, false, false, null));
    }
    engine.flush();
    assertThat(log.endedLate()).isEmpty();
  }

  /** It stands under a key of its own: the late row is the last of its key still. */
  @Test
  void aRequestBesideALateRowOfARetiredBundleIsNotItsEnd() {
    givenCarried();
    engine.retire("toys", "m1", "old", "ann");
    engine.take(cold(offset++, "a", 1, 1, 9));
    Keys.RowKey key = new Keys.RowKey("toys", "m1", "a");
    engine.take(new RowRecord(RowRecord.Kind.COLD, key, 1, 7, 0, 5_000, 1, false, true, null));
    engine.flush();
    assertThat(log.endedLate()).extracting(RowRecord::kind).contains(RowRecord.Kind.COLD);
  }

  private float value(String model, String item) {
    return requireNonNull(store.get(new TableId("toys", model), item)).vector()[0];
  }
}
