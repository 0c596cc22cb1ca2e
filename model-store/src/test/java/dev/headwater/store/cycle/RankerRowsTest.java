package dev.headwater.store.cycle;

import static dev.headwater.store.cycle.EngineFixture.TOYS;
import static dev.headwater.store.cycle.EngineFixture.cold;
import static dev.headwater.store.cycle.EngineFixture.engine;
import static dev.headwater.store.cycle.EngineFixture.tuned;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.headwater.events.Keys;
import dev.headwater.events.RowRecord;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.NearText;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.events.wire.VectorFormat;
import dev.headwater.store.rocks.RocksConfig;
import dev.headwater.store.rocks.RocksEmbeddingStore;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.InMemoryEmbeddingStore;
import dev.headwater.store.table.SealedVersion;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights and lists go through the store as rows do, and are no items. */
class RankerRowsTest {
  private final InMemoryAnnouncementLog log = new InMemoryAnnouncementLog();

  private static RowRecord weights(long offset, long generation, long step, String bytes) {
    return weights(RowRecord.Kind.TUNED, offset, generation, step, bytes);
  }

  private static RowRecord weights(
      RowRecord.Kind kind, long offset, long generation, long step, String bytes) {
    EmbeddingRow row =
        EmbeddingRow.newBuilder()
            .setDomain("toys")
            .setModel("m1")
            .setItem(Identifiers.RANKER_ITEM)
            .setOrigin(EmbeddingRow.Origin.FINE_TUNED)
            .setVersion(RowVersion.newBuilder().setGeneration(generation).setEpoch(1).setStep(step))
            .setRanker(ByteString.copyFromUtf8(bytes))
            .build();
    return RowRecord.of(kind, new Keys.RowKey("toys", "m1", Identifiers.RANKER_ITEM), offset, row);
  }

  private static RowRecord counted(RowRecord record, String counts) {
    EmbeddingRow row = record.row();
    return row == null
        ? record
        : record.withRow(row.toBuilder().setCounts(ByteString.copyFromUtf8(counts)).build());
  }

  private static RowRecord near(RowRecord record, String item) {
    EmbeddingRow row = record.row();
    NearText near = NearText.newBuilder().setItem(item).setCosine(0.5f).build();
    return row == null ? record : record.withRow(row.toBuilder().addNearTexts(near).build());
  }

  private static SealedVersion seal(StoreEngine engine) {
    List<SealedVersion> sealed = engine.runCycle();
    return sealed.get(sealed.size() - 1);
  }

  private static String ranker(StoreEngine engine, long version) {
    List<EmbeddingRow> rows = engine.rows(version, "", 100);
    boolean has = rows.get(0).getItem().equals(Identifiers.RANKER_ITEM);
    return has ? rows.get(0).getRanker().toStringUtf8() : "none";
  }

  private static EmbeddingRow row(StoreEngine engine, long version, String item) {
    return engine.rows(version, "", 100).stream()
        .filter(row -> row.getItem().equals(item))
        .findFirst()
        .orElseThrow();
  }

  private StoreEngine withItem() {
    StoreEngine engine = engine(new InMemoryEmbeddingStore(VectorFormat.FP32), log);
    engine.announceModel("toys", "m1", "ann");
    engine.take(cold(0, "a", 1, 1, 1));
    return engine;
  }

  /** A version is sealed, its row learns, and what it learned is taken back. */
  private static void learnAndRollBack(StoreEngine engine) {
    SealedVersion first = seal(engine);
    engine.take(tuned(1, "a", 0, 1, 2));
    seal(engine);
    engine.rollback(first.version(), "worse", "bob");
  }

  private void brings(EmbeddingStore store) {
    StoreEngine engine = engine(store, log);
    engine.announceModel("toys", "m1", "ann");
    engine.take(near(cold(0, "a", 1, 1, 1), "b"));
    SealedVersion bare = seal(engine);
    engine.take(counted(tuned(0, "a", 0, 1, 2), "first"));
    engine.take(weights(1, 0, 5, "five"));
    SealedVersion first = seal(engine);
    engine.take(counted(tuned(2, "a", 0, 2, 3), "second"));
    engine.take(weights(3, 0, 6, "six"));
    engine.take(weights(4, 0, 4, "older"));
    SealedVersion second = seal(engine);
    assertThat(second.rows()).as("weights are no item").isEqualTo(1);
    assertThat(ranker(engine, bare.version())).isEqualTo("none");
    assertThat(ranker(engine, first.version())).isEqualTo("five");
    assertThat(ranker(engine, second.version())).isEqualTo("six");
    EmbeddingRow then = row(engine, first.version(), "a");
    assertThat(then.getCounts().toStringUtf8()).isEqualTo("first");
    assertThat(then.getNearTextsList()).as("of its cold row").hasSize(1);

    int before = log.rollbackRows(0).size();
    assertThat(engine.rollback(first.version(), "worse", "bob").rows()).isEqualTo(1);
    List<EmbeddingRow> sent = log.rollbackRows(before);
    assertThat(sent).extracting(EmbeddingRow::getItem).contains(Identifiers.RANKER_ITEM, "a");
    assertThat(sent).allMatch(row -> row.getVersion().getGeneration() == 1);
    engine.take(weights(5, 0, 7, "learned on what was taken back"));
    SealedVersion back = seal(engine);
    assertThat(ranker(engine, back.version())).isEqualTo("five");
    assertThat(row(engine, back.version(), "a").getCounts().toStringUtf8()).isEqualTo("first");

    engine.take(weights(6, 1, 1, "onward"));
    SealedVersion onward = seal(engine);
    assertThat(onward.touched()).as("weights alone are worth a version").isZero();
    assertThat(ranker(engine, onward.version())).isEqualTo("onward");
    engine.rollback(bare.version(), "all of it", "bob");
    assertThat(ranker(engine, seal(engine).version())).as("the prior").isEmpty();
  }

  @Test
  void aVersionBringsItsWeightsAndListsBackInMemory() {
    brings(new InMemoryEmbeddingStore(VectorFormat.FP32));
  }

  @Test
  void aVersionBringsItsWeightsAndListsBackOnDisk(@TempDir Path directory) {
    try (EmbeddingStore store = new RocksEmbeddingStore(directory, RocksConfig.defaults())) {
      brings(store);
    }
  }

  /**
   * Found by the simulation: readers that took late weights before they heard of the rollback, and
   * the trainer that sent them, held them for good where the rollback had none of its own.
   */
  @Test
  void whatStandsIsSaidOnceMoreWhereWeightsCameLate() {
    StoreEngine engine = withItem();
    engine.take(weights(0, 0, 5, "five"));
    learnAndRollBack(engine);
    int before = log.rollbackRows(0).size();
    engine.take(weights(2, 0, 7, "learned on what was taken back"));
    engine.flush();
    assertThat(log.rollbackRows(before))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.getItem()).isEqualTo(Identifiers.RANKER_ITEM);
              assertThat(row.getVersion().getGeneration()).isEqualTo(1);
              assertThat(row.getRanker().toStringUtf8()).isEqualTo("five");
            });
    engine.take(weights(3, 0, 8, "late again"));
    engine.flush();
    assertThat(log.rollbackRows(before)).as("readers take what was said").hasSize(1);
  }

  /** Found by the simulation: compaction keeps the last, and a reader that starts took that. */
  @Test
  void weightsAreSaidOnceMoreWhereLowerOnesCameBehindThem() {
    StoreEngine engine = withItem();
    engine.take(weights(0, 0, 9, "nine"));
    engine.take(weights(1, 0, 5, "five"));
    engine.flush();
    assertThat(log.rollbackRows(0))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.getOrigin()).isEqualTo(EmbeddingRow.Origin.FINE_TUNED);
              assertThat(row.getRanker().toStringUtf8()).isEqualTo("nine");
            });
    engine.take(weights(2, 0, 9, "nine"));
    engine.flush();
    assertThat(log.rollbackRows(0)).as("what was said comes back").hasSize(1);
  }

  /**
   * Found by the simulation, as above: the present generation's own, behind which late ones came.
   */
  @Test
  void weightsAreSaidOnceMoreWhereLateOnesCameBehindThem() {
    StoreEngine engine = withItem();
    engine.take(weights(0, 0, 5, "five"));
    learnAndRollBack(engine);
    int before = log.rollbackRows(0).size();
    engine.take(weights(2, 1, 6, "onward"));
    engine.take(weights(3, 0, 7, "of an attempt that did not hear of it"));
    engine.flush();
    assertThat(log.rollbackRows(before))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.getVersion().getGeneration()).isEqualTo(1);
              assertThat(row.getRanker().toStringUtf8()).isEqualTo("onward");
            });
    engine.take(weights(4, 1, 6, "onward"));
    engine.flush();
    assertThat(log.rollbackRows(before)).as("what was said comes back").hasSize(1);
  }

  @Test
  void whereNoneStoodThePriorIsSaidInPlaceOfLateWeights() {
    StoreEngine engine = withItem();
    learnAndRollBack(engine);
    int before = log.rollbackRows(0).size();
    engine.take(weights(2, 0, 1, "late"));
    engine.flush();
    assertThat(log.rollbackRows(before)).singleElement().matches(row -> row.getRanker().isEmpty());
  }

  @Test
  void weightsOutliveARestartAndWeightsWithoutContentAreRefused(@TempDir Path directory) {
    long sealed;
    try (EmbeddingStore store = new RocksEmbeddingStore(directory, RocksConfig.defaults())) {
      StoreEngine engine = engine(store, log);
      engine.announceModel("toys", "m1", "ann");
      engine.take(cold(0, "a", 1, 1, 1));
      engine.take(weights(1, 0, 5, "five"));
      engine.take(weights(2, 0, 6, ""));
      engine.take(weights(3, 0, 6, "x".repeat(100_000)));
      sealed = seal(engine).version();
      engine.take(weights(4, 0, 6, "six"));
      engine.flush();
    }
    try (EmbeddingStore store = new RocksEmbeddingStore(directory, RocksConfig.defaults())) {
      StoreEngine engine = engine(store, log);
      assertThat(ranker(engine, sealed)).isEqualTo("five");
      engine.take(weights(1, 0, 5, "five"));
      assertThat(ranker(engine, seal(engine).version())).isEqualTo("six");
      assertThat(store.state(TOYS).rows()).isEqualTo(1);
    }
  }
}
