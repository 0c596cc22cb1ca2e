package dev.headwater.serving.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.headwater.events.json.Identifiers;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.NearText;
import dev.headwater.events.wire.VectorFormat;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.rank.Feature;
import dev.headwater.serving.Rows;
import dev.headwater.serving.items.RowGuard;
import dev.headwater.serving.items.ScanIndex;
import dev.headwater.serving.items.Slice;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.ExpertRows;
import dev.headwater.serving.state.Experts;
import dev.headwater.serving.state.LiveRow;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.store.rocks.RocksConfig;
import dev.headwater.store.rocks.RocksEmbeddingStore;
import dev.headwater.store.snapshot.Snapshots;
import dev.headwater.store.table.RowStamp;
import dev.headwater.store.table.StoredRow;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.WriteSet;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A real store's snapshot fills the tables as the topics would. */
class SnapshotRowsTest {
  private static final TableId TABLE = new TableId("shop", Rows.MODEL);

  @TempDir private Path directory;

  private final Domains domains = new Domains(Set.of("shop"), 8, 10, 10, List.of());
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final FollowMetrics metrics = new FollowMetrics(registry, Clock.systemUTC());
  private final SnapshotRows rows = rows(Slice.WHOLE);

  private SnapshotRows rows(Slice slice) {
    return new SnapshotRows(
        domains,
        (domain, model, dim) ->
            new ModelTable(
                model,
                dim,
                new Experts(domain.ids()),
                new RowGuard(1e-6f, 100),
                Clock.systemUTC(),
                metrics,
                ScanIndex::new),
        metrics,
        slice);
  }

  private Path snapshot() {
    EmbeddingRow cold =
        Rows.cold("shop", "tuned", 1, 0, 1).toBuilder()
            .addNearTexts(NearText.newBuilder().setItem("cold").setCosine(0.5f))
            .build();
    EmbeddingRow tuned =
        Rows.tuned("shop", "tuned", 1, 9, 1, 1).toBuilder()
            .setCounts(ExpertRows.counts(3, "cold"))
            .build();
    EmbeddingRow fresh = Rows.cold("shop", "cold", 1, 1, 0);
    WriteSet set = new WriteSet();
    put(set, fresh, 1, 0);
    put(set, tuned, 1, 1);
    set.input(TABLE, "tuned", WriteSet.InputKind.COLD, cold.toByteArray());
    set.input(
        TABLE,
        Identifiers.RANKER_ITEM,
        WriteSet.InputKind.RANKER,
        ExpertRows.weights(0, ExpertRows.of(7, Feature.TEXTS)).toByteArray());
    set.offset("embeddings.cold-start/0", 42);
    return taken(set);
  }

  private Path taken(WriteSet set) {
    return taken(set, VectorFormat.FP32);
  }

  private Path taken(WriteSet set, VectorFormat format) {
    Path kept = directory.resolve("snapshots");
    RocksConfig config = RocksConfig.defaults().withFormat(format);
    try (RocksEmbeddingStore store = new RocksEmbeddingStore(directory.resolve("store"), config)) {
      store.write(set);
      String id = new Snapshots(kept, 2, Clock.systemUTC()).take(store, store::checkpoint).id();
      return kept.resolve(id);
    }
  }

  private static void put(WriteSet set, EmbeddingRow row, float... vector) {
    StoredRow stored =
        new StoredRow(row.getOrigin(), row.getIncarnation(), RowStamp.of(row.getVersion()), vector);
    byte[] lineage = row.toBuilder().clearVector().clearItem().build().toByteArray();
    set.put(TABLE, row.getItem(), stored, lineage);
  }

  private ModelTable table() {
    return Objects.requireNonNull(Objects.requireNonNull(domains.find("shop")).model(Rows.MODEL));
  }

  private int code(String item) {
    return Objects.requireNonNull(domains.find("shop")).ids().code(item);
  }

  /** Nothing else would make it: a domain where nothing happens has no row in a topic's tail. */
  @Test
  void aShardThatHoldsNoneOfItsRowsHasTheTableAndItsWeights() {
    Slice other = null;
    for (int shard = 0; other == null && shard < 8; shard++) {
      Slice slice = new Slice(8, shard);
      other = slice.holds("shop", "tuned") || slice.holds("shop", "cold") ? null : slice;
    }
    rows(Objects.requireNonNull(other)).load(snapshot(), Clock.systemUTC());
    assertThat(table().vectors().size()).isZero();
    assertThat(Objects.requireNonNull(table().experts()).ranker().weights().steps()).isEqualTo(7);
  }

  @Test
  void fillsTablesAndSaysWhereToGoOn() {
    Map<String, Long> offsets = rows.load(snapshot(), Clock.systemUTC());
    assertThat(offsets).containsEntry("embeddings.cold-start/0", 42L);
    assertThat(table().vectors().size()).isEqualTo(2);
    LiveRow tuned = Objects.requireNonNull(table().live(code("tuned")));
    assertThat(tuned.row().getInteractionsLearned()).isEqualTo(9);
    float[] vector = new float[2];
    assertThat(table().vectors().readItem(code("tuned"), vector)).isTrue();
    assertThat(vector).containsExactly(1, 1);
    Experts experts = Objects.requireNonNull(table().experts());
    assertThat(experts.ranker().weights().steps()).isEqualTo(7);
    ItemCounts counts = Objects.requireNonNull(experts.book().counts(code("tuned")));
    assertThat(counts.companions().item(0)).isEqualTo(code("cold"));
    assertThat(experts.book().texts(code("cold")).items()).containsExactly(code("tuned"));
  }

  /** The store had read the tuned topic before the cold one. */
  @Test
  void aTunedRowThatWaitsIsThereWhenItsColdRowComesThoughItIsTheFirstOfItsBundle() {
    WriteSet set = new WriteSet();
    set.input(
        TABLE,
        "tuned",
        WriteSet.InputKind.TUNED,
        Rows.tuned("shop", "tuned", 1, 9, 1, 1).toByteArray());
    rows.load(taken(set), Clock.systemUTC());
    table().onRow(code("tuned"), ExpertRows.cold(0, "tuned", new float[] {0, 1}));
    LiveRow live = Objects.requireNonNull(table().live(code("tuned")));
    assertThat(live.row().getInteractionsLearned()).isEqualTo(9);
  }

  /** Found by the simulation: the record stands before the snapshot, and was read by nobody. */
  @Test
  void weightsThatCameBeforeTheFirstRowOfTheirBundleWaitForIt() {
    WriteSet set = new WriteSet();
    EmbeddingRow weights = ExpertRows.weights(0, ExpertRows.of(7, Feature.TEXTS));
    set.input(TABLE, Identifiers.RANKER_ITEM, WriteSet.InputKind.RANKER, weights.toByteArray());
    rows.load(taken(set), Clock.systemUTC());
    Domain domain = Objects.requireNonNull(domains.find("shop"));
    ModelTable made =
        domain.model(
            Rows.MODEL,
            model ->
                new ModelTable(
                    model,
                    2,
                    new Experts(domain.ids()),
                    new RowGuard(1e-6f, 100),
                    Clock.systemUTC(),
                    metrics,
                    ScanIndex::new));
    assertThat(Objects.requireNonNull(made.experts()).ranker().weights().steps()).isEqualTo(7);
  }

  @Test
  void fillsEveryRowOfATableOfSeveralBatches() {
    int count = 2_500;
    WriteSet set = new WriteSet();
    for (int i = 0; i < count; i++) {
      put(set, Rows.cold("shop", "item" + i, 1, i * 0.01f, 1), i * 0.01f, 1);
    }
    rows.load(taken(set), Clock.systemUTC());
    assertThat(table().vectors().size()).isEqualTo(count);
    float[] vector = new float[2];
    for (int i = 0; i < count; i++) {
      assertThat(table().vectors().readItem(code("item" + i), vector)).isTrue();
      assertThat(vector).containsExactly(i * 0.01f, 1);
    }
  }

  @Test
  void theTailGoesOnWhereTheSnapshotEnded() {
    rows.load(snapshot(), Clock.systemUTC());
    table().onRow(code("tuned"), Rows.inTuned(50, Rows.tuned("shop", "tuned", 1, 3, 0, 9)));
    float[] vector = new float[2];
    table().vectors().readItem(code("tuned"), vector);
    assertThat(vector).as("an older step changes nothing").containsExactly(1, 1);
    EmbeddingRow back =
        Rows.tuned("shop", "tuned", 1, 9, 0, 0).toBuilder()
            .setVersion(
                Rows.tuned("shop", "tuned", 1, 9, 0, 0).getVersion().toBuilder().setGeneration(1))
            .clearVector()
            .build();
    table().onRow(code("tuned"), Rows.inRollback(back));
    table().vectors().readItem(code("tuned"), vector);
    assertThat(vector).as("the cold row stands again").containsExactly(0, 1);
    table().onRow(code("cold"), Rows.inCold(43, null));
    assertThat(table().live(code("cold"))).isNull();
  }

  @Test
  void leavesASnapshotAsideThatCannotBeUsed() throws IOException {
    Path snapshot = snapshot();
    Files.delete(snapshot.resolve("manifest.json"));
    assertThat(rows.load(snapshot, Clock.systemUTC())).isEmpty();
    assertThat(registry.get("headwater.serving.snapshots.left.aside").counter().count()).isOne();
  }

  @ParameterizedTest
  @EnumSource(names = {"FP16", "INT8"})
  void takesASnapshotWhoseVectorsAreStoredInFewerBits(VectorFormat format) {
    WriteSet set = new WriteSet();
    put(set, Rows.cold("shop", "item", 1, 0.5f, 1), 0.5f, 1);
    set.offset("embeddings.cold-start/0", 42);
    assertThat(rows.load(taken(set, format), Clock.systemUTC())).hasSize(1);
    float[] vector = new float[2];
    assertThat(table().vectors().readItem(code("item"), vector)).isTrue();
    assertThat(vector[0]).isCloseTo(0.5f, offset(0.01f));
  }

  @Test
  void worksBesideTheSnapshotAndLeavesNothingThere() throws IOException {
    Path snapshot = snapshot();
    Path scratch = SnapshotRows.scratch(snapshot);
    assertThat(scratch.getParent()).isEqualTo(snapshot.getParent());
    Files.delete(scratch);
    var unused = rows.load(snapshot, Clock.systemUTC());
    assertThat(snapshot.getParent()).isDirectoryNotContaining(path -> !path.equals(snapshot));
  }
}
