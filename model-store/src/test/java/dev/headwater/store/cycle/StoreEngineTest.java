package dev.headwater.store.cycle;

import static dev.headwater.store.cycle.EngineFixture.TOYS;
import static dev.headwater.store.cycle.EngineFixture.cold;
import static dev.headwater.store.cycle.EngineFixture.ended;
import static dev.headwater.store.cycle.EngineFixture.engine;
import static dev.headwater.store.cycle.EngineFixture.tuned;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.Keys;
import dev.headwater.events.RowRecord;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.NearText;
import dev.headwater.events.wire.VectorFormat;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.InMemoryEmbeddingStore;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.VersionStatus;
import dev.headwater.store.table.WriteSet;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreEngineTest {
  private final EmbeddingStore store = new InMemoryEmbeddingStore(VectorFormat.FP32);
  private final InMemoryAnnouncementLog log = new InMemoryAnnouncementLog();
  private final AtomicBoolean veto = new AtomicBoolean();
  private final TableValidator gate =
      new TableValidator() {
        @Override
        public String name() {
          return "gate";
        }

        @Override
        public Validation validate(Candidate candidate) {
          return veto.get() ? Validation.veto("shut") : Validation.pass("open");
        }
      };

  private static @Nullable Float value(EmbeddingStore store, String item) {
    var row = store.get(TOYS, item);
    return row == null ? null : row.vector()[0];
  }

  private long seal(StoreEngine engine) {
    List<SealedVersion> sealed = engine.runCycle();
    return sealed.get(sealed.size() - 1).version();
  }

  private static AnnouncedState state(StoreEngine engine) {
    return requireNonNull(engine.book().state("toys"));
  }

  @Test
  void announcementsAreNumberedAndCarryTheIndexParametersOfTheirModel() {
    StoreEngine engine = engine(store, log);
    engine.announceModel("toys", "m1", "flat", "ann");
    engine.take(cold(0, "a", 1, 1, 1));
    seal(engine);
    engine.pin(state(engine).announcedVersion(), "sale", "bob");
    assertThat(log.announcements())
        .extracting(Announcement::getSequence)
        .containsExactly(1L, 2L, 3L);
    assertThat(log.announcements())
        .extracting(Announcement::getIndexParameters)
        .containsOnly("flat");
    assertThat(state(engine).indexParameters()).isEqualTo("flat");
    engine.announceModel("toys", "m2", "cells=8", "ann");
    assertThat(state(engine).modelVersion()).isEqualTo("m2");
    assertThat(state(engine).indexParameters()).isEqualTo("cells=8");
  }

  @Test
  void unpinningNeverPassesThroughARejectedVersion() {
    StoreEngine engine = engine(store, log, gate);
    engine.announceModel("toys", "m1", "ann");
    engine.take(cold(0, "a", 1, 1, 1));
    long good = seal(engine);
    engine.pin(good, "a sale", "bob");
    engine.take(tuned(0, "a", 0, 1, 2));
    long better = seal(engine);
    veto.set(true);
    engine.take(tuned(1, "a", 0, 2, 3));
    long bad = seal(engine);
    assertThat(state(engine).announcedVersion()).isEqualTo(good);
    assertThat(engine.unpin("toys", "over", "bob").announcedVersion()).isEqualTo(better);
    assertThat(log.announcements())
        .extracting(Announcement::getAnnouncedVersion)
        .doesNotContain(bad);
    assertThatThrownBy(() -> engine.rollback(bad, "try", "bob"))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.code()).isEqualTo(StoreException.Code.VERSION_NOT_SERVABLE));
    // The one before it was never pinned: unpinning once more changes nothing.
    int said = log.announcements().size();
    engine.unpin("toys", "again", "bob");
    assertThat(log.announcements()).hasSize(said);
  }

  @Test
  void aVersionLeftUnjudgedIsReadBackAndFinishedByTheNextPrimary() {
    StoreEngine engine = engine(store, log);
    engine.announceModel("toys", "m1", "ann");
    engine.take(cold(0, "a", 1, 1, 1));
    engine.flush();
    SealedVersion left = store.seal(TOYS, 0, 1); // and the process is gone
    StoreEngine next = engine(store, log, gate);
    assertThat(next.runCycle()).extracting(SealedVersion::version).containsExactly(left.version());
    assertThat(state(next).announcedVersion()).isEqualTo(left.version());
  }

  @Test
  void aCrashAfterTheAnnouncementIsNotedAtTheNextStart() {
    StoreEngine engine = engine(store, log);
    engine.announceModel("toys", "m1", "ann");
    engine.take(cold(0, "a", 1, 1, 1));
    long version = seal(engine);
    store.update(engine.require(version).withStatus(VersionStatus.VALIDATED));
    StoreEngine next = engine(store, log);
    assertThat(next.require(version).status()).isEqualTo(VersionStatus.ANNOUNCED);
  }

  @Test
  void aNumberThatAnotherNodeAnnouncedWithOtherRowsIsRetracted() {
    EmbeddingStore other = new InMemoryEmbeddingStore(VectorFormat.FP32);
    StoreEngine first = engine(store, log);
    first.announceModel("toys", "m1", "ann");
    StoreEngine second = engine(other, log);
    second.take(cold(0, "a", 1, 1, 2));
    long version = seal(second);
    first.take(cold(0, "a", 1, 1, 1)); // fenced, and does not know
    assertThat(seal(first)).isEqualTo(version);
    assertThat(store.versions(TOYS).get(0).status()).isEqualTo(VersionStatus.VALIDATED);

    StoreEngine back = engine(store, log);
    assertThat(back.require(version).status()).isEqualTo(VersionStatus.RETRACTED);
    assertThat(state(back).checksum()).isEqualTo(second.require(version).checksum());
    back.take(tuned(0, "a", 0, 1, 3));
    assertThat(seal(back)).isGreaterThan(version);
  }

  @Test
  void whatWasMintedButNeverAnnouncedIsTakenBackOnceANewerOneIs() {
    EmbeddingStore other = new InMemoryEmbeddingStore(VectorFormat.FP32);
    StoreEngine first = engine(store, log, gate);
    first.announceModel("toys", "m1", "ann");
    first.take(cold(0, "a", 1, 1, 1));
    first.flush();
    long minted = store.seal(TOYS, 0, 1).version();
    other.mintAbove(minted);
    StoreEngine second = engine(other, log);
    second.take(cold(0, "a", 1, 1, 2));
    seal(second);
    StoreEngine back = engine(store, log);
    assertThat(back.require(minted).status()).isEqualTo(VersionStatus.RETRACTED);
    Announcement last = log.announcements().get(log.announcements().size() - 1);
    assertThat(last.getKind()).isEqualTo(Announcement.Kind.RETRACTED);
    assertThat(last.getTableVersion()).isEqualTo(minted);
  }

  @Test
  void rollbackNeedsANodeThatHasReadAsFarAsWasAnnounced() {
    StoreEngine engine = engine(store, log);
    engine.announceModel("toys", "m1", "ann");
    engine.take(cold(0, "a", 1, 1, 1));
    seal(engine);
    EmbeddingStore behind = new InMemoryEmbeddingStore(VectorFormat.FP32);
    behind.write(new WriteSet());
    engine.take(tuned(7, "a", 0, 1, 2));
    seal(engine);
    StoreEngine other = engine(behind, log);
    other.take(cold(0, "a", 1, 1, 1));
    long mine = seal(other);
    assertThat(state(other).announcedVersion()).as("not announced").isNotEqualTo(mine);
    assertThatThrownBy(() -> other.rollback(mine, "why", "bob"))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.code()).isEqualTo(StoreException.Code.NOT_READY));
  }

  @Test
  void aDeletedItemVanishesFromEveryVersionAndWhatIsUnderWayDoesNotBringItBack() {
    StoreEngine engine = engine(store, log);
    engine.announceModel("toys", "m1", "ann");
    engine.take(cold(0, "a", 1, 1_000, 1));
    engine.take(cold(1, "b", 1, 1_000, 5));
    long v1 = seal(engine);
    engine.take(tuned(0, "a", 0, 1, 2));
    seal(engine);
    AtomicBoolean dropped = new AtomicBoolean();
    engine.delete("toys", "a", 5_000, "ann", () -> dropped.set(true));
    assertThat(dropped).isTrue();
    assertThat(value(store, "a")).isNull();
    assertThat(store.getAt(TOYS, "a", v1)).isNull();
    DeletionReceipt receipt = log.receipts().get(0);
    assertThat(receipt.key()).isEqualTo("model-store/toys/item/a");
    assertThat(receipt.deletedMs()).isEqualTo(5_000);
    assertThat(receipt.absentMs()).isEqualTo(10_000);
    assertThat(receipt.details()).containsEntry("requested_by", "ann").containsKey("hops_ms");

    engine.take(tuned(1, "a", 0, 2, 3)); // of the old incarnation
    engine.take(cold(2, "a", 1, 1_500, 4)); // its text changed before the request
    engine.flush();
    assertThat(value(store, "a")).isNull();
    // What consumers are told agrees with the rows again, without the item.
    engine.runCycle();
    assertThat(state(engine).rows()).isEqualTo(1);
    assertThat(state(engine).checksum()).isEqualTo(store.state(TOYS).checksum());

    StoreEngine restarted = engine(store, log);
    restarted.take(tuned(2, "a", 0, 3, 3));
    restarted.take(cold(3, "a", 9, 11_000, 7)); // a new incarnation
    restarted.flush();
    assertThat(value(store, "a")).isEqualTo(7);
    // Asked again late: what began after the request stays.
    restarted.delete("toys", "a", 5_000, "ann", () -> {});
    assertThat(value(store, "a")).isEqualTo(7);
  }

  /** Found by the simulation: the receipt said that nothing was left. */
  @Test
  void anIncarnationThatBeganBeforeTheRequestGoesThoughItWasPublishedAgainSince() {
    StoreEngine engine = engine(store, log);
    RowRecord again = cold(0, "a", 1, 6_000, 1);
    engine.take(again.withRow(requireNonNull(again.row()).toBuilder().setBeganMs(1_000).build()));
    long version = seal(engine);
    engine.delete("toys", "a", 5_000, "ann", () -> {});
    assertThat(value(store, "a")).isNull();
    assertThat(store.getAt(TOYS, "a", version)).isNull();
  }

  /** Found by the simulation: a bundle that has no row yet was passed over. */
  @Test
  void aTunedRowThatWaitsUnderABundleWithoutRowsGoesAsWell() {
    StoreEngine engine = engine(store, log);
    engine.announceModel("toys", "m1", "ann");
    engine.take(tuned(0, "a", 0, 1, 7));
    engine.flush();
    assertThat(store.input(TOYS, "a", WriteSet.InputKind.TUNED)).isNotNull();
    engine.delete("toys", "a", 5_000, "ann", () -> {});
    assertThat(store.input(TOYS, "a", WriteSet.InputKind.TUNED)).isNull();
  }

  /** Found by the simulation: what was learned of the item since was gone until its next click. */
  @ParameterizedTest
  @CsvSource({"6000, true", "4000, false", "0, false"})
  void aTunedRowThatWaitsForItsColdRowStaysIfItsIncarnationBeganAfterTheRequest(
      long beganMs, boolean stays) {
    StoreEngine engine = engine(store, log);
    engine.take(cold(0, "a", 0, 1_000, 1));
    RowRecord tuned = tuned(0, "a", 0, 1, 7);
    engine.take(tuned.withRow(requireNonNull(tuned.row()).toBuilder().setBeganMs(beganMs).build()));
    engine.delete("toys", "a", 5_000, "ann", () -> {});
    assertThat(value(store, "a")).isNull();
    StoreEngine restarted = engine(store, log);
    restarted.take(cold(1, "a", 1, 6_000, 2));
    restarted.flush();
    assertThat(value(store, "a")).isEqualTo(stays ? 7 : 2);
  }

  /** With the seventeenth bundle its generation was forgotten: the rollback lost to its rows. */
  @Test
  void aBundleThatIsAnnouncedAgainAfterManyOthersIsRolledBackUnderANewGeneration() {
    StoreEngine first = engine(store, log);
    first.announceModel("toys", "m1", "ann");
    first.take(cold(0, "a", 1, 1, 1));
    long version = seal(first);
    for (int generation = 0; generation < 3; generation++) {
      first.take(tuned(generation, "a", generation, 1, 7));
      seal(first);
      first.rollback(version, "learned badly", "sre");
    }
    for (int bundle = 2; bundle <= 17; bundle++) {
      first.announceModel("toys", "m" + bundle, "ann");
    }
    StoreEngine engine = engine(store, log);
    engine.announceModel("toys", "m1", "ann");
    engine.take(tuned(3, "a", 3, 2, 9));
    seal(engine);
    assertThat(value(store, "a")).isEqualTo(9);
    long generation = engine.rollback(version, "again", "sre").generation();
    assertThat(value(store, "a")).isEqualTo(1);
    assertThat(generation).isEqualTo(4);
  }

  /** Found by the simulation: the row of the other bundle stayed in its versions. */
  @Test
  void aBundleThatBeginsAfterTheRequestDoesNotBringTheItemBack() {
    StoreEngine engine = engine(store, log);
    engine.announceModel("toys", "m1", "ann");
    engine.take(cold(0, "a", 1, 1_000, 1));
    engine.delete("toys", "a", 5_000, "ann", () -> {});
    RowRecord carried = cold(1, "a", 1, 1_000, 1);
    Keys.RowKey key = new Keys.RowKey("toys", "m2", "a");
    engine.take(RowRecord.of(RowRecord.Kind.COLD, key, 1, carried.row()));
    engine.flush();
    assertThat(store.get(new TableId("toys", "m2"), "a")).isNull();
  }

  /** No bundle was known that a mark could be of, and the receipt said that no file holds it. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRequestInADomainWithoutABundleHoldsUnderTheFirstOne(boolean restarted) {
    StoreEngine before = engine(store, log);
    before.delete("toys", "a", 5_000, "ann", () -> {});
    assertThat(log.receipts()).hasSize(1);
    StoreEngine engine = restarted ? engine(store, log) : before;
    engine.announceModel("toys", "m1", "ann");
    engine.take(cold(0, "a", 1, 1_000, 1)); // read from the catalog, with its tombstone to come
    engine.take(cold(1, "b", 1, 1_000, 5));
    engine.flush();
    long version = seal(engine);
    assertThat(store.getAt(TOYS, "a", version)).isNull();
    engine.take(cold(2, "a", 2, 6_000, 2)); // what began after the request is another
    engine.flush();
    assertThat(value(store, "a")).isEqualTo(2);
  }

  /** Found by the simulation: that it was asked for was forgotten with the next incarnation. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anItemThatHasBegunAgainIsNotBroughtBackAsItWasUnderABundleThatBeginsLater(boolean before) {
    StoreEngine engine = engine(store, log);
    engine.announceModel("toys", "m1", "ann");
    RowRecord former = cold(0, "a", 1, 1_000, 1);
    RowRecord again = cold(1, "a", 2, 6_000, 2);
    engine.take(former);
    if (before) {
      engine.take(again);
    }
    engine.delete("toys", "a", 5_000, "ann", () -> {});
    engine.take(again);
    engine.flush();
    assertThat(value(store, "a")).isEqualTo(2);

    StoreEngine restarted = engine(store, log);
    TableId other = new TableId("toys", "m2");
    Keys.RowKey key = new Keys.RowKey("toys", "m2", "a");
    restarted.take(RowRecord.of(RowRecord.Kind.COLD, key, 1, former.row()));
    restarted.flush();
    assertThat(store.get(other, "a")).isNull();
    restarted.take(RowRecord.of(RowRecord.Kind.COLD, key, 2, again.row()));
    restarted.flush();
    assertThat(requireNonNull(store.get(other, "a")).incarnation()).isEqualTo(2);
  }

  /** Found by the simulation: the first incarnation of a partition is 0. */
  @Test
  void aRequestAboutAnItemThatNobodyKnowsDoesNotStopItsFirstIncarnation() {
    StoreEngine engine = engine(store, log);
    engine.announceModel("toys", "m1", "ann");
    engine.delete("toys", "a", 500, "ann", () -> {});
    engine.take(cold(0, "a", 0, 1_000, 3));
    engine.flush();
    assertThat(value(store, "a")).isEqualTo(3);
  }

  @Test
  void theNameOfADeletedItemIsInNoListOfAnyVersionNorComesBack() {
    StoreEngine engine = engine(store, log);
    engine.announceModel("toys", "m1", "ann");
    engine.take(cold(0, "a", 1, 1_000, 1));
    engine.take(cold(1, "b", 1, 1_000, 5));
    engine.take(naming(tuned(0, "b", 0, 1, 2), "a", "c"));
    long v1 = seal(engine);
    engine.take(naming(tuned(1, "b", 0, 2, 3), "a", "c"));
    seal(engine);
    engine.delete("toys", "a", 5_000, "ann", () -> assertThat(near(v1)).containsExactly("c"));
    engine.take(naming(tuned(2, "b", 0, 3, 4), "c", "a")); // was under way
    long v3 = seal(engine);
    assertThat(near(v1)).containsExactly("c");
    assertThat(near(v3)).containsExactly("c");
  }

  /** Found by the simulation: a table that began after the request has no mark of the item. */
  @Test
  void theNameOfADeletedItemComesInUnderNoBundleThatBeginsLater() {
    StoreEngine engine = engine(store, log);
    engine.announceModel("toys", "m1", "ann");
    engine.take(cold(0, "a", 1, 1_000, 1));
    engine.delete("toys", "a", 5_000, "ann", () -> {});
    engine.announceModel("toys", "m2", "ann");
    RowRecord carried = naming(cold(1, "b", 1, 1_000, 5), "a", "c");
    Keys.RowKey key = new Keys.RowKey("toys", "m2", "b");
    engine.take(RowRecord.of(RowRecord.Kind.COLD, key, 1, carried.row()));
    SealedVersion sealed = seal(engine, new TableId("toys", "m2"));
    assertThat(near(sealed.table(), sealed.version())).containsExactly("c");
  }

  private static SealedVersion seal(StoreEngine engine, TableId table) {
    return engine.runCycle().stream()
        .filter(version -> version.table().equals(table))
        .findFirst()
        .orElseThrow();
  }

  private List<String> near(long version) {
    return near(TOYS, version);
  }

  private List<String> near(TableId table, long version) {
    byte[] lineage = requireNonNull(store.pastRows(table, List.of("b"), version).get(0)).lineage();
    return Rows.parse(requireNonNull(lineage)).getNearTextsList().stream()
        .map(NearText::getItem)
        .toList();
  }

  private static RowRecord naming(RowRecord record, String... items) {
    EmbeddingRow.Builder row = requireNonNull(record.row()).toBuilder();
    for (String item : items) {
      row.addNearTexts(NearText.newBuilder().setItem(item).setCosine(0.5f));
    }
    return record.withRow(row.build());
  }

  /** Returns the store, in which something happens just before a method is called first. */
  private EmbeddingStore before(String name, Runnable happens) {
    AtomicBoolean once = new AtomicBoolean(true);
    return (EmbeddingStore)
        Proxy.newProxyInstance(
            EmbeddingStore.class.getClassLoader(),
            new Class<?>[] {EmbeddingStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals(name) && once.getAndSet(false)) {
                happens.run();
              }
              return method.invoke(store, arguments);
            });
  }

  /** A reader takes an empty page for the end of the version. */
  @Test
  void aPageWhoseItemsWereAllDeletedMeanwhileIsNotTheLast() {
    StoreEngine engine = engine(store, log);
    engine.take(cold(0, "a", 1, 1_000, 1));
    engine.take(cold(1, "b", 1, 1_000, 2));
    engine.take(cold(2, "c", 1, 1_000, 3));
    seal(engine);
    SealedVersion sealed = store.versions(TOYS).get(0);
    EmbeddingStore deleting =
        before(
            "pastRows",
            () -> {
              var unused = store.delete("toys", "a", Long.MAX_VALUE);
              unused = store.delete("toys", "b", Long.MAX_VALUE);
            });
    assertThat(VersionRows.page(deleting, sealed, "", 2))
        .extracting(EmbeddingRow::getItem)
        .containsExactly("c");
  }

  /** It was refused as corrupt, and nothing sealed another until a row changed. */
  @Test
  void aVersionWhoseItemIsDeletedWhileItIsReadBackIsNotRefused() {
    AtomicReference<@Nullable StoreEngine> running = new AtomicReference<>();
    EmbeddingStore deleting =
        before(
            "scanDelta",
            () -> {
              var unused =
                  requireNonNull(running.get()).delete("toys", "a", 5_000, "ann", () -> {});
            });
    StoreEngine engine = engine(deleting, log);
    running.set(engine);
    engine.announceModel("toys", "m1", "ann");
    engine.take(cold(0, "a", 1, 1_000, 1));
    engine.take(cold(1, "b", 1, 1_000, 2));
    seal(engine);
    assertThat(store.versions(TOYS))
        .extracting(SealedVersion::status)
        .containsExactly(VersionStatus.ANNOUNCED);
  }

  @Test
  void itemsDeletedTogetherShareOnePurgeAndEachHasItsReceipt() {
    StoreEngine engine = engine(store, log);
    engine.take(cold(0, "a", 1, 1_000, 1));
    engine.take(cold(1, "b", 1, 1_000, 5));
    engine.take(cold(2, "c", 1, 1_000, 6));
    engine.flush();
    AtomicInteger purges = new AtomicInteger();
    engine.delete(
        List.of(
            new ItemDeletion("toys", "a", 5_000, "ann"),
            new ItemDeletion("toys", "b", 5_000, "ann")),
        () -> {
          assertThat(value(store, "a")).isNull();
          assertThat(value(store, "b")).isNull();
          assertThat(log.receipts()).as("not before nothing is left").isEmpty();
          // Not under the engine's lock: another thread takes rows meanwhile.
          CompletableFuture.runAsync(() -> engine.take(cold(3, "d", 1, 9_000, 7))).join();
          purges.incrementAndGet();
        });
    assertThat(purges).hasValue(1);
    assertThat(log.receipts())
        .extracting(DeletionReceipt::key)
        .containsExactly("model-store/toys/item/a", "model-store/toys/item/b");
    engine.flush();
    assertThat(value(store, "c")).isEqualTo(6);
    assertThat(value(store, "d")).isEqualTo(7);
  }

  @Test
  void aPausedWriterOverwritesNeitherALaterTextNorATombstone() {
    StoreEngine engine = engine(store, log);
    engine.take(cold(0, "a", 1, 5, 10, 5));
    engine.flush();
    engine.take(cold(1, "a", 1, 4, 99, 4)); // of an earlier text
    engine.flush();
    assertThat(value(store, "a")).isEqualTo(5);
    engine.take(cold(2, "a", 1, 5, 9, 6)); // of an earlier writer, but of that text: the last
    engine.flush();
    assertThat(value(store, "a")).isEqualTo(6);
    engine.take(tuned(0, "a", 0, 1, 7));
    engine.take(cold(3, "a", 1, 4, 99, 4)); // in one batch with what wins over it
    engine.flush();
    assertThat(value(store, "a")).isEqualTo(7);
    engine.take(cold(4, "a", 1, 4, 99, 4));
    engine.flush();
    assertThat(Rows.parse(requireNonNull(store.input(TOYS, "a", WriteSet.InputKind.COLD))))
        .as("under a tuned row too")
        .extracting(EmbeddingRow::getRevision)
        .isEqualTo(5L);
    engine.take(ended(5, "a", 1));
    engine.flush();
    StoreEngine restarted = engine(store, log);
    restarted.take(cold(6, "a", 1, 5, 99, 6));
    restarted.flush();
    assertThat(value(store, "a")).isNull();
    restarted.take(cold(7, "a", 8, 8, 10, 8));
    restarted.take(ended(8, "a", 1)); // sent late: a later incarnation goes on
    restarted.flush();
    assertThat(value(store, "a")).isEqualTo(8);
  }

  @Test
  void consumersConvergeWhetherTheyWereLiveBehindOrDown() {
    StoreEngine engine = engine(store, log, gate);
    var live = new dev.headwater.events.announce.AnnouncementBook();
    engine.announceModel("toys", "m1", "ann");
    for (int step = 0; step < 5; step++) {
      engine.take(step == 0 ? cold(0, "a", 1, 1, 1) : tuned(step, "a", 0, step, step));
      veto.set(step == 3);
      seal(engine);
      if (step == 1) {
        engine.pin(state(engine).announcedVersion(), "hold", "bob");
      }
      log.announcements().forEach(live::apply); // repeats change nothing
    }
    engine.unpin("toys", "go", "bob");
    engine.rollback(store.versions(TOYS).get(0).version(), "quality", "bob");
    log.announcements().forEach(live::apply);
    var down = new dev.headwater.events.announce.AnnouncementBook();
    log.announcements().forEach(down::apply);
    assertThat(live.state("toys"))
        .usingRecursiveComparison()
        .isEqualTo(down.state("toys"))
        .isEqualTo(engine.book().state("toys"));
    assertThat(state(engine).announcedVersion()).isEqualTo(store.versions(TOYS).get(0).version());
  }
}
