package dev.headwater.store.table;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.events.Keys;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.EmbeddingRow.Origin;
import dev.headwater.events.wire.NearText;
import dev.headwater.events.wire.VectorFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every implementation of the contract must do. */
public abstract class AbstractEmbeddingStoreTest {
  protected static final TableId TOYS = new TableId("toys", "m1");
  private static final TableId BOOKS = new TableId("books", "m1");

  @TempDir protected Path directory;
  protected EmbeddingStore store;

  protected abstract EmbeddingStore open(VectorFormat format);

  /** Whether a closed store can be opened again with what it held. */
  protected abstract boolean durable();

  @BeforeEach
  void openStore() {
    store = open(VectorFormat.FP32);
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  protected static StoredRow row(long step, float... vector) {
    return new StoredRow(Origin.FINE_TUNED, 7, new RowStamp(0, 3, step), vector);
  }

  private void put(TableId table, String item, long step) {
    store.write(new WriteSet().put(table, item, row(step, (float) step, (float) -step, 0.5f)));
  }

  private static Map<String, StoredRow> contents(
      EmbeddingStore store, TableId table, long version) {
    Map<String, StoredRow> rows = new TreeMap<>();
    try (RowCursor cursor = store.scan(table, version)) {
      while (cursor.next()) {
        rows.put(cursor.item(), cursor.row());
      }
    }
    return rows;
  }

  private static long checksumOf(EmbeddingStore store, TableId table, long version) {
    long sum = 0;
    try (RowCursor cursor = store.scan(table, version)) {
      while (cursor.next()) {
        sum += cursor.contentHash();
      }
    }
    return sum;
  }

  @Test
  void walksOverAVersionFromAnItemOn() {
    put(TOYS, "a", 1);
    put(TOYS, "c", 1);
    put(TOYS, "b", 1);
    List<String> after = new ArrayList<>();
    try (RowCursor cursor = store.scan(TOYS, store.state(TOYS).openVersion(), "a")) {
      while (cursor.next()) {
        after.add(cursor.item());
      }
    }
    assertThat(after).containsExactly("b", "c");
  }

  @Test
  void readsWhatWasPut() {
    put(TOYS, "a", 1);
    assertThat(store.get(TOYS, "a")).isEqualTo(row(1, 1, -1, 0.5f));
    assertThat(store.get(TOYS, "b")).isNull();
    assertThat(store.get(BOOKS, "a")).isNull();
    RowMeta meta = requireNonNull(store.meta(TOYS, "a"));
    assertThat(meta.stamp()).isEqualTo(new RowStamp(0, 3, 1));
    assertThat(meta.incarnation()).isEqualTo(7);
    assertThat(store.meta(TOYS, "b")).isNull();
    assertThat(store.state(TOYS).rows()).isEqualTo(1);
    assertThat(store.tables()).containsExactly(TOYS);
  }

  @Test
  void readsManyInTheOrderOfTheRequest() {
    put(TOYS, "a", 1);
    put(TOYS, "b", 2);
    assertThat(store.multiGet(TOYS, List.of("b", "x", "a")))
        .containsExactly(row(2, 2, -2, 0.5f), null, row(1, 1, -1, 0.5f));
    assertThat(store.multiGet(BOOKS, List.of("a"))).containsExactly((StoredRow) null);
  }

  @Test
  void readsEveryRetainedVersion() {
    put(TOYS, "a", 1);
    put(TOYS, "gone", 1);
    long v1 = store.seal(TOYS, 0, 10).version();
    put(TOYS, "a", 2);
    put(TOYS, "a", 3);
    put(TOYS, "b", 4);
    store.write(new WriteSet().delete(TOYS, "gone", 7));
    long v2 = store.seal(TOYS, 0, 20).version();
    put(TOYS, "b", 5);

    assertThat(v2).isGreaterThan(v1);
    assertThat(store.getAt(TOYS, "a", v1)).isEqualTo(row(1, 1, -1, 0.5f));
    assertThat(store.getAt(TOYS, "a", v2)).isEqualTo(row(3, 3, -3, 0.5f));
    assertThat(store.getAt(TOYS, "b", v1)).isNull();
    assertThat(store.getAt(TOYS, "gone", v1)).isNotNull();
    assertThat(store.getAt(TOYS, "gone", v2)).isNull();
    assertThat(store.get(TOYS, "gone")).isNull();
    assertThat(contents(store, TOYS, v1)).containsOnlyKeys("a", "gone");
    assertThat(contents(store, TOYS, v2))
        .isEqualTo(Map.of("a", row(3, 3, -3, 0.5f), "b", row(4, 4, -4, 0.5f)));
    assertThat(store.multiGetAt(TOYS, List.of("b", "a"), v2))
        .containsExactly(row(4, 4, -4, 0.5f), row(3, 3, -3, 0.5f));
    assertThat(store.versions(TOYS)).extracting(SealedVersion::version).containsExactly(v1, v2);
  }

  @Test
  void itemsWhoseNamesBeginAlikeStayApart() {
    List<String> names = List.of("a", "ab", "a/b", "a\u00ff", "a\uffff", "a\ud83d\ude00", "\u0000");
    for (int i = 0; i < names.size(); i++) {
      put(TOYS, names.get(i), i);
    }
    long version = store.seal(TOYS, 0, 0).version();
    names.forEach(name -> store.write(new WriteSet().put(TOYS, name, row(99, 9))));
    for (int i = 0; i < names.size(); i++) {
      assertThat(store.getAt(TOYS, names.get(i), version)).isEqualTo(row(i, i, -i, 0.5f));
    }
    assertThat(contents(store, TOYS, version)).hasSize(names.size());
  }

  @Test
  void tableChecksumDoesNotDependOnOrderOrHistory() {
    put(TOYS, "a", 1);
    put(TOYS, "b", 2);
    put(BOOKS, "b", 9);
    store.seal(BOOKS, 0, 0);
    put(BOOKS, "a", 8);
    put(BOOKS, "c", 3);
    put(BOOKS, "b", 2);
    store.write(new WriteSet().delete(BOOKS, "c", 7));
    put(BOOKS, "a", 1);
    assertThat(store.state(BOOKS).checksum()).isEqualTo(store.state(TOYS).checksum());
    assertThat(store.state(BOOKS).checksum()).isNotZero();
    put(BOOKS, "a", 2);
    assertThat(store.state(BOOKS).checksum()).isNotEqualTo(store.state(TOYS).checksum());
  }

  @Test
  void checksumIsTheOneEveryImplementationComputes() {
    put(TOYS, "a", 1);
    put(TOYS, "b", 2);
    assertThat(Long.toHexString(store.state(TOYS).checksum())).isEqualTo("f4e39ad977db3719");
  }

  @Test
  void oneBatchWithManyWritesToOneItemKeepsTheLast() {
    store.write(
        new WriteSet()
            .put(TOYS, "a", row(1, 1))
            .put(TOYS, "a", row(2, 2))
            .put(TOYS, "b", row(1, 1))
            .delete(TOYS, "b", 7)
            .delete(TOYS, "never", 7));
    assertThat(contents(store, TOYS, Long.MAX_VALUE)).isEqualTo(Map.of("a", row(2, 2)));
    assertThat(store.state(TOYS).checksum()).isEqualTo(checksumOf(store, TOYS, Long.MAX_VALUE));
    assertThat(store.state(TOYS).rows()).isEqualTo(1);
  }

  @Test
  void sealsRowsChecksumTouchedAndOffsets() {
    store.write(new WriteSet().put(TOYS, "a", row(1, 1)).offset("cold/0", 5));
    SealedVersion first = store.seal(TOYS, 2, 123);
    assertThat(first.rows()).isEqualTo(1);
    assertThat(first.touched()).isEqualTo(1);
    assertThat(first.generation()).isEqualTo(2);
    assertThat(first.sealedMs()).isEqualTo(123);
    assertThat(first.offsets()).isEqualTo(Map.of("cold/0", 5L));
    assertThat(first.checksum()).isEqualTo(checksumOf(store, TOYS, first.version()));
    assertThat(first.status()).isEqualTo(VersionStatus.SEALED);
    store.update(first.judged(VersionStatus.REJECTED, List.of("norm: too long")));
    assertThat(store.versions(TOYS).get(0).status()).isEqualTo(VersionStatus.REJECTED);
    assertThat(store.state(TOYS).touched()).isZero();
  }

  private SealedVersion sealedElsewhere(long number, long checksum, long rows) {
    return new SealedVersion(
        "toys",
        "m1",
        number,
        VersionStatus.SEALED,
        checksum,
        rows,
        rows,
        1,
        Map.of("cold/0", 7L),
        1_000,
        0,
        List.of(),
        null);
  }

  @Test
  void adoptsTheVersionThatAnotherNodeSealedTheSameRowsWith() {
    put(TOYS, "a", 1);
    put(TOYS, "b", 1);
    SealedVersion first = sealedElsewhere(40, store.state(TOYS).checksum(), 2);
    assertThat(store.adopt(first)).isTrue();
    put(TOYS, "a", 2);
    put(BOOKS, "x", 1);
    assertThat(store.versions(TOYS)).containsExactly(first);
    assertThat(contents(store, TOYS, 40)).containsOnlyKeys("a", "b");
    assertThat(requireNonNull(contents(store, TOYS, 40).get("a")).stamp().step()).isEqualTo(1);
    assertThat(checksumOf(store, TOYS, 40)).isEqualTo(first.checksum());
    assertThat(store.touchedSince(TOYS, 40)).containsExactly("a");
    assertThat(store.state(TOYS).openVersion()).isGreaterThan(40);
    List<String> written = new ArrayList<>();
    store.scanDelta(TOYS, 40, (item, row) -> written.add(item));
    assertThat(written).containsExactlyInAnyOrder("a", "b");
    SealedVersion own = store.seal(BOOKS, 0, 2_000);
    assertThat(own.version()).as("numbers stay unique").isGreaterThan(40);
  }

  /** A version that was open when its number was raised could not be read back: it was refused. */
  @Test
  void readsBackAVersionWhoseNumberWasRaisedWhileItWasOpen() {
    put(TOYS, "a", 1);
    put(TOYS, "b", 1);
    store.mintAbove(50);
    put(TOYS, "b", 2);
    SealedVersion sealed = store.seal(TOYS, 0, 1_000);
    assertThat(sealed.version()).isGreaterThan(50);
    Map<String, Long> steps = new TreeMap<>();
    store.scanDelta(
        TOYS, sealed.version(), (item, row) -> steps.put(item, requireNonNull(row).stamp().step()));
    assertThat(steps).containsExactlyInAnyOrderEntriesOf(Map.of("a", 1L, "b", 2L));
  }

  @Test
  void adoptsNoVersionOfOtherRowsOrOfANumberThatIsPast() {
    assertThat(store.adopt(sealedElsewhere(40, 0, 0))).as("no such table").isFalse();
    put(TOYS, "a", 1);
    TableState state = store.state(TOYS);
    assertThat(store.adopt(sealedElsewhere(40, state.checksum() + 1, 1))).isFalse();
    assertThat(store.adopt(sealedElsewhere(40, state.checksum(), 2))).isFalse();
    assertThat(store.adopt(sealedElsewhere(0, state.checksum(), 1))).isFalse();
    assertThat(store.state(TOYS)).isEqualTo(state);
    assertThat(store.versions(TOYS)).isEmpty();
  }

  @Test
  void tellsWhatWasTouchedSinceAVersion() {
    put(TOYS, "a", 1);
    put(TOYS, "b", 1);
    long v1 = store.seal(TOYS, 0, 0).version();
    put(TOYS, "b", 2);
    long v2 = store.seal(TOYS, 0, 0).version();
    put(TOYS, "c", 3);
    assertThat(store.touchedSince(TOYS, v2)).containsExactly("c");
    assertThat(store.touchedSince(TOYS, v1)).containsExactly("b", "c");
    assertThat(store.touchedSince(TOYS, 0)).containsExactly("a", "b", "c");
  }

  @Test
  void keepsAndForgetsInputs() {
    byte[] bytes = {1, 2, 3};
    store.write(new WriteSet().input(TOYS, "a", WriteSet.InputKind.COLD, bytes));
    assertThat(store.input(TOYS, "a", WriteSet.InputKind.COLD)).isEqualTo(bytes);
    assertThat(store.input(TOYS, "a", WriteSet.InputKind.TUNED)).isNull();
    List<String> seen = new ArrayList<>();
    store.scanInputs(WriteSet.InputKind.COLD, (table, item, b) -> seen.add(table + "/" + item));
    assertThat(seen).containsExactly("toys/m1/a");
    store.write(new WriteSet().input(TOYS, "a", WriteSet.InputKind.COLD, null));
    assertThat(store.input(TOYS, "a", WriteSet.InputKind.COLD)).isNull();
  }

  @Test
  void keepsAndForgetsRequestsToDeleteWhereThereIsNoTable() {
    Keys.DomainKey item = new Keys.DomainKey("toys", "a/b");
    Keys.DomainKey other = new Keys.DomainKey("toys", "c");
    store.write(new WriteSet().request(item, 5L).request(other, 6L));
    store.write(new WriteSet().request(other, null).request(item, 7L));
    Map<Keys.DomainKey, Long> seen = new HashMap<>();
    store.scanRequests(seen::put);
    assertThat(seen).containsExactly(Map.entry(item, 7L));
    assertThat(store.tables()).isEmpty();
  }

  @Test
  void lineageBelongsToTheVersionOfItsRow() {
    byte[] one = "one".getBytes(StandardCharsets.UTF_8);
    byte[] two = "two".getBytes(StandardCharsets.UTF_8);
    store.write(new WriteSet().put(TOYS, "a", row(1, 1), one));
    long v1 = store.seal(TOYS, 0, 0).version();
    store.write(new WriteSet().put(TOYS, "a", row(2, 2), two));
    assertThat(store.lineageAt(TOYS, "a", v1)).isEqualTo(one);
    assertThat(store.lineageAt(TOYS, "a", Long.MAX_VALUE)).isEqualTo(two);
  }

  @Test
  void retentionForgetsOldVersionsInBoundedSteps() {
    List<Long> versions = new ArrayList<>();
    for (int step = 1; step <= 5; step++) {
      for (int item = 0; item < 1500; item++) {
        put(TOYS, "i" + item, step);
      }
      if (step == 2) {
        store.write(new WriteSet().delete(TOYS, "i0", 7));
      }
      versions.add(store.seal(TOYS, 0, step).version());
    }
    long floor = versions.get(3);
    assertThat(store.collect(TOYS, floor, 1000)).isTrue();
    int steps = 1;
    while (store.collect(TOYS, floor, 1000)) {
      steps++;
    }
    assertThat(steps).isGreaterThanOrEqualTo(3);
    assertThat(store.versions(TOYS))
        .extracting(SealedVersion::version)
        .isEqualTo(versions.subList(3, 5));
    assertThat(store.getAt(TOYS, "i1", versions.get(0))).isNull();
    for (int i = 3; i < 5; i++) {
      SealedVersion kept = store.versions(TOYS).get(i - 3);
      assertThat(checksumOf(store, TOYS, kept.version())).isEqualTo(kept.checksum());
    }
  }

  /** Whatever is thinned out, collected and deleted: kept versions read as they were sealed. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void thinningLeavesTheVersionsThatAreKept(long seed) {
    Random random = new Random(seed);
    NavigableMap<Long, Map<String, StoredRow>> sealed = new TreeMap<>();
    for (int step = 1; step <= 60; step++) {
      for (int i = 0; i < 8; i++) {
        String item = "i" + random.nextInt(20);
        if (random.nextInt(6) == 0) {
          store.write(new WriteSet().delete(TOYS, item, 7));
        } else {
          put(TOYS, item, step);
        }
      }
      long version = store.seal(TOYS, 0, step).version();
      sealed.put(version, contents(store, TOYS, version));
      sealed.keySet().removeIf(each -> each != version && random.nextInt(4) == 0);
      store.collect(TOYS, sealed.firstKey(), 5);
      while (store.thin(TOYS, new TreeSet<>(sealed.keySet()), 3)) {
        assertThat(store.versions(TOYS)).isNotEmpty();
      }
      requireAsSealed(sealed);
    }
    store.delete("toys", "i3", Long.MAX_VALUE);
    sealed.values().forEach(rows -> rows.remove("i3"));
    requireAsSealed(sealed);
    assertThat(store.touchedSince(TOYS, sealed.firstKey())).doesNotContain("i3");
  }

  private void requireAsSealed(NavigableMap<Long, Map<String, StoredRow>> sealed) {
    assertThat(store.versions(TOYS))
        .extracting(SealedVersion::version)
        .containsExactlyElementsOf(sealed.keySet());
    Map<String, StoredRow> now = contents(store, TOYS, Long.MAX_VALUE);
    sealed.forEach(
        (version, rows) -> {
          assertThat(contents(store, TOYS, version)).isEqualTo(rows);
          Set<String> changed = new TreeSet<>(rows.keySet());
          changed.addAll(now.keySet());
          changed.removeIf(item -> Objects.equals(rows.get(item), now.get(item)));
          assertThat(store.touchedSince(TOYS, version)).containsAll(changed);
        });
  }

  @Test
  void deletesAnItemFromEveryVersion() {
    put(TOYS, "a", 1);
    put(TOYS, "b", 1);
    store.seal(TOYS, 0, 0);
    put(TOYS, "a", 2);
    store.write(new WriteSet().input(TOYS, "a", WriteSet.InputKind.COLD, new byte[] {1}));
    store.seal(TOYS, 0, 0);
    put(TOYS, "a", 3);
    assertThat(store.delete("toys", "a", Long.MAX_VALUE)).isEqualTo(1);
    assertThat(store.delete("toys", "a", Long.MAX_VALUE)).isZero();
    for (SealedVersion version : store.versions(TOYS)) {
      assertThat(store.getAt(TOYS, "a", version.version())).isNull();
      assertThat(version.rows()).isEqualTo(1);
      assertThat(version.deleted()).isEqualTo(1);
      assertThat(version.checksum()).isEqualTo(checksumOf(store, TOYS, version.version()));
      assertThat(store.touchedSince(TOYS, version.version())).doesNotContain("a");
    }
    assertThat(store.get(TOYS, "a")).isNull();
    assertThat(store.input(TOYS, "a", WriteSet.InputKind.COLD)).isNull();
    put(TOYS, "a", 4);
    assertThat(store.get(TOYS, "a")).isNotNull();
    assertThat(store.state(TOYS).rows()).isEqualTo(2);
  }

  @Test
  void forgetsNamesInTheListsOfAllVersions() throws Exception {
    byte[] lists = naming("gone", "stays").toByteArray();
    for (int version = 1; version <= 3; version++) {
      for (int i = 0; i < 300; i++) {
        store.write(new WriteSet().put(TOYS, "i" + i, row(version, i), lists));
      }
      store.seal(TOYS, 0, 0);
    }
    store.write(new WriteSet().put(BOOKS, "i", row(1, 1), lists));
    store.write(new WriteSet().input(TOYS, "i7", WriteSet.InputKind.COLD, lists));
    store.write(new WriteSet().input(TOYS, "i7", WriteSet.InputKind.DELETED, new byte[] {1, 2}));
    AtomicInteger steps = new AtomicInteger();
    store.forgetNames(
        "toys",
        Set.of("gone", "another"),
        step -> {
          steps.incrementAndGet();
          step.run();
        });
    for (SealedVersion version : store.versions(TOYS)) {
      for (PastRow past : store.pastRows(TOYS, List.of("i0", "i299"), version.version())) {
        assertThat(EmbeddingRow.parseFrom(requireNonNull(past).lineage()))
            .isEqualTo(naming("stays"));
      }
      assertThat(version.checksum()).isEqualTo(checksumOf(store, TOYS, version.version()));
    }
    assertThat(EmbeddingRow.parseFrom(store.input(TOYS, "i7", WriteSet.InputKind.COLD)))
        .isEqualTo(naming("stays"));
    assertThat(store.input(TOYS, "i7", WriteSet.InputKind.DELETED)).containsExactly(1, 2);
    long books = store.state(BOOKS).openVersion();
    assertThat(requireNonNull(store.pastRows(BOOKS, List.of("i"), books).get(0)).lineage())
        .isEqualTo(lists);
    if (durable()) {
      assertThat(steps).as("a chunk at a time").hasValueGreaterThan(2);
    }
  }

  private static EmbeddingRow naming(String... items) {
    EmbeddingRow.Builder row = EmbeddingRow.newBuilder().setInteractionsLearned(4);
    for (String item : items) {
      row.addNearTexts(NearText.newBuilder().setItem(item).setCosine(0.5f));
    }
    return row.build();
  }

  @Test
  void deletingKeepsALifeThatBeganLater() {
    put(TOYS, "a", 1);
    long v1 = store.seal(TOYS, 0, 0).version();
    StoredRow later = new StoredRow(Origin.COLD_START, 9, new RowStamp(0, 0, 0), new float[] {5});
    store.write(new WriteSet().put(TOYS, "a", later));
    long v2 = store.seal(TOYS, 0, 0).version();
    assertThat(store.delete("toys", "a", 9)).isEqualTo(1);
    assertThat(store.getAt(TOYS, "a", v1)).isNull();
    assertThat(store.getAt(TOYS, "a", v2)).isEqualTo(later);
    assertThat(store.get(TOYS, "a")).isEqualTo(later);
    for (SealedVersion version : store.versions(TOYS)) {
      assertThat(version.checksum()).isEqualTo(checksumOf(store, TOYS, version.version()));
    }
    assertThat(store.state(TOYS).rows()).isEqualTo(1);
    assertThat(store.delete("toys", "a", 9)).isZero();
  }

  @Test
  void readsBackWhatAVersionWrote() {
    put(TOYS, "a", 1);
    put(TOYS, "b", 1);
    put(TOYS, "c", 1);
    store.seal(TOYS, 0, 0);
    put(TOYS, "b", 2);
    store.write(new WriteSet().delete(TOYS, "c", 7));
    long version = store.seal(TOYS, 0, 0).version();
    put(TOYS, "b", 3);
    Map<String, Optional<StoredRow>> seen = new TreeMap<>();
    store.scanDelta(TOYS, version, (item, row) -> seen.put(item, Optional.ofNullable(row)));
    assertThat(seen)
        .isEqualTo(Map.of("b", Optional.of(row(2, 2, -2, 0.5f)), "c", Optional.empty()));
  }

  @Test
  void readsBackALargeDelta() {
    WriteSet set = new WriteSet();
    for (int i = 0; i < 2500; i++) {
      set.put(TOYS, "i" + i, row(i, i));
    }
    store.write(set);
    long version = store.seal(TOYS, 0, 0).version();
    put(TOYS, "i7", 1);
    store.seal(TOYS, 0, 0);
    Map<String, StoredRow> seen = new TreeMap<>();
    store.scanDelta(TOYS, version, (item, row) -> seen.put(item, requireNonNull(row)));
    assertThat(seen).hasSize(2500).containsEntry("i7", row(7, 7));
  }

  @Test
  void readsPastRowsWithTheirLineageAndInputsInOneCall() {
    byte[] lineage = {4, 2};
    store.write(
        new WriteSet()
            .put(TOYS, "a", row(1, 1), lineage)
            .put(TOYS, "b", row(1, 1))
            .input(TOYS, "b", WriteSet.InputKind.COLD, new byte[] {1}));
    long version = store.seal(TOYS, 0, 0).version();
    put(TOYS, "a", 2);
    List<PastRow> past = store.pastRows(TOYS, List.of("b", "x", "a"), version);
    assertThat(past.get(0).row()).isEqualTo(row(1, 1));
    assertThat(past.get(0).lineage()).isNull();
    assertThat(past.get(1)).isNull();
    assertThat(past.get(2).row()).isEqualTo(row(1, 1));
    assertThat(past.get(2).lineage()).isEqualTo(lineage);
    assertThat(store.inputs(TOYS, List.of("x", "b"), WriteSet.InputKind.COLD))
        .containsExactly(null, new byte[] {1});
  }

  @Test
  void mintsAboveANumberSeenElsewhere() {
    put(TOYS, "a", 1);
    store.mintAbove(1000);
    put(TOYS, "b", 1);
    SealedVersion sealed = store.seal(TOYS, 0, 0);
    assertThat(sealed.version()).isGreaterThan(1000);
    assertThat(sealed.touched()).isEqualTo(2);
    assertThat(contents(store, TOYS, sealed.version())).hasSize(2);
  }

  @Test
  void refusesToSealWhatDoesNotExist() {
    assertThatThrownBy(() -> store.seal(BOOKS, 0, 0))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.code()).isEqualTo(StoreException.Code.UNKNOWN_TABLE));
  }

  @Test
  void narrowFormatsReadBackCloseToWhatWasPut() {
    Random random = new Random(5);
    float[] vector = new float[64];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    for (VectorFormat format : List.of(VectorFormat.FP16, VectorFormat.INT8)) {
      store.close();
      directory = directory.resolve(format.name());
      store = open(format);
      store.write(new WriteSet().put(TOYS, "a", row(1, vector)));
      float[] read = requireNonNull(store.get(TOYS, "a")).vector();
      float error = 0;
      for (int i = 0; i < vector.length; i++) {
        error = Math.max(error, Math.abs(read[i] - vector[i]));
      }
      assertThat(error).isBetween(1e-6f, format == VectorFormat.FP16 ? 0.002f : 0.02f);
      assertThat(store.state(TOYS).checksum()).isEqualTo(checksumOf(store, TOYS, Long.MAX_VALUE));
    }
  }

  @Test
  void comesBackWithEverythingAfterARestart() {
    if (!durable()) {
      return;
    }
    put(TOYS, "a", 1);
    put(BOOKS, "z", 1);
    store.write(new WriteSet().put(TOYS, "dead", row(1, 1)).offset("cold/0", 42));
    store.seal(TOYS, 1, 10);
    put(TOYS, "a", 2);
    store.write(new WriteSet().delete(TOYS, "dead", 7));
    store.write(new WriteSet().input(TOYS, "w", WriteSet.InputKind.TUNED, new byte[] {9}));
    List<SealedVersion> versions = store.versions(TOYS);
    TableState toys = store.state(TOYS);
    TableState books = store.state(BOOKS);
    RowMeta meta = store.meta(TOYS, "a");
    store.close();
    store = open(VectorFormat.FP32);
    assertThat(store.state(TOYS)).isEqualTo(toys);
    assertThat(store.state(BOOKS)).isEqualTo(books);
    assertThat(store.versions(TOYS)).isEqualTo(versions);
    assertThat(store.meta(TOYS, "a")).isEqualTo(meta);
    assertThat(store.get(TOYS, "dead")).isNull();
    assertThat(store.offsets()).isEqualTo(Map.of("cold/0", 42L));
    assertThat(store.input(TOYS, "w", WriteSet.InputKind.TUNED)).isEqualTo(new byte[] {9});
    assertThat(store.touchedSince(TOYS, versions.get(0).version())).containsExactly("a", "dead");
    assertThat(store.seal(TOYS, 1, 20).version()).isGreaterThan(books.openVersion());
  }

  @Test
  void agreesWithAPlainMapOverRandomHistories() {
    for (long seed = 1; seed <= 20; seed++) {
      Random random = new Random(seed);
      TableId table = new TableId("d" + seed, "m");
      Map<String, StoredRow> model = new TreeMap<>();
      Map<Long, Map<String, StoredRow>> sealed = new TreeMap<>();
      for (int event = 0; event < 300; event++) {
        String item = "i" + random.nextInt(20);
        if (random.nextInt(10) == 0) {
          store.write(new WriteSet().delete(table, item, 7));
          model.remove(item);
        } else if (random.nextInt(15) == 0 && store.tables().contains(table)) {
          sealed.put(store.seal(table, 0, 0).version(), new TreeMap<>(model));
        } else {
          StoredRow row = row(event, random.nextFloat(), random.nextFloat());
          store.write(new WriteSet().put(table, item, row));
          model.put(item, row);
        }
      }
      assertThat(contents(store, table, Long.MAX_VALUE)).as("seed %d", seed).isEqualTo(model);
      sealed.forEach(
          (version, rows) -> assertThat(contents(store, table, version)).isEqualTo(rows));
      for (SealedVersion version : store.versions(table)) {
        assertThat(version.checksum()).isEqualTo(checksumOf(store, table, version.version()));
      }
    }
  }
}
