package dev.headwater.serving.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Keys;
import dev.headwater.events.MergedRow;
import dev.headwater.events.RowRecord;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.expert.Takes;
import dev.headwater.idp.rank.EvidenceBook;
import dev.headwater.serving.RankedRows;
import dev.headwater.serving.Rows;
import dev.headwater.serving.items.AdaptiveIndex;
import dev.headwater.serving.items.AdaptiveIndexConfig;
import dev.headwater.serving.items.Measure;
import dev.headwater.serving.items.RecordFiles;
import dev.headwater.serving.items.RowFilter;
import dev.headwater.serving.items.RowGuard;
import dev.headwater.serving.items.TopK;
import dev.headwater.serving.items.VectorTable;
import dev.headwater.serving.state.CatalogEntry;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.Experts;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.serving.state.RowStates;
import dev.headwater.serving.users.UserArchive;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node that resumes says what the one before it said, and goes on alike. */
class SavedStateTest {
  private static final int ITEMS = 1_500;
  private static final int DIM = 16;
  private static final long NOW_MS = 1_700_000_000_000L;
  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(NOW_MS), ZoneOffset.UTC);
  private static final Map<String, Long> OFFSETS = Map.of("rows/0", 17L, "catalog/3", 4L);

  @TempDir Path folder;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final FollowMetrics metrics = new FollowMetrics(registry, CLOCK);

  /** What one process knows. */
  private final class Node {
    private final RecordFiles files = new RecordFiles(folder.resolve("files"));
    private final Domains domains =
        new Domains(
            Set.of("shop"), 4, 100, 1_000, List.of(), name -> UserArchive.NONE, files::records);
    private final Domain domain = Objects.requireNonNull(domains.find("shop"));
    private long offset;

    private ModelTable make(Domain of, String model, int dim) {
      AdaptiveIndexConfig config = new AdaptiveIndexConfig(300, 128, 0.97, 50, 24, 2_000);
      return new ModelTable(
          model,
          new RowStates(new VectorTable(dim, true), files.records()),
          new Experts(of.ids(), files.records()),
          new RowGuard(1e-6f, 100),
          CLOCK,
          ModelTable.RowListener.NONE,
          vectors ->
              new AdaptiveIndex(
                  vectors, config, Runnable::run, new Random(4), new SimpleMeterRegistry()));
    }

    private ModelTable table() {
      return domain.model(Rows.MODEL, model -> make(domain, model, DIM));
    }

    private void churn(Random random, int steps) {
      for (int step = 0; step < steps; step++) {
        String item = "item-" + random.nextInt(ITEMS);
        int code = domain.ids().code(item);
        switch (random.nextInt(10)) {
          case 0 -> table().onRow(code, record(RowRecord.Kind.COLD, item, null));
          case 1, 2 -> domain.catalog(code, entry(random, item));
          case 3, 4, 5 -> table().onRow(code, record(RowRecord.Kind.TUNED, item, tuned(random)));
          default -> table().onRow(code, record(RowRecord.Kind.COLD, item, cold(random)));
        }
        if (step % 10 == 0) {
          table().tick();
        }
      }
    }

    private RowRecord record(
        RowRecord.Kind kind,
        String item,
        EmbeddingRow.@org.jspecify.annotations.Nullable Builder row) {
      Keys.RowKey key = new Keys.RowKey("shop", Rows.MODEL, item);
      return RowRecord.of(kind, key, offset++, row == null ? null : row.setItem(item).build());
    }

    private EmbeddingRow.Builder cold(Random random) {
      EmbeddingRow row = Rows.cold("shop", "", 1, vector(random));
      return RankedRows.named(row, random, ITEMS, 1 + random.nextInt(20))
          .setRevision(random.nextInt(3));
    }

    private EmbeddingRow.Builder tuned(Random random) {
      EmbeddingRow row = Rows.tuned("shop", "", 1, offset, vector(random));
      return RankedRows.counted(row, random, ITEMS, random.nextInt(30), 1 + offset);
    }

    private CatalogEntry entry(Random random, String item) {
      return random.nextInt(5) == 0
          ? CatalogEntry.deletedAt(NOW_MS, 0)
          : CatalogEntry.of(
              AcceptedItem.newBuilder()
                  .setItem(item)
                  .setIncarnation(1)
                  .setAvailable(random.nextInt(4) > 0)
                  .setTitle("title ".repeat(random.nextInt(9)))
                  .addCategories("c" + random.nextInt(5))
                  .build());
    }

    private SavedState saved() {
      return new SavedState(folder.resolve("kept"), "rows of a test", CLOCK);
    }

    private SavedState.Resumed resume() {
      return saved().load(domains, this::make, metrics);
    }

    private void save(Map<Keys.RowKey, MergedRow> early) {
      saved().save(domains, new SavedState.Left(new SavedState.Resumed(OFFSETS, early), Set.of()));
    }
  }

  private static float[] vector(Random random) {
    float[] vector = new float[DIM];
    for (int d = 0; d < DIM; d++) {
      vector[d] = (float) random.nextGaussian();
    }
    return vector;
  }

  private static void compare(Node one, Node other) {
    assertThat(other.domain.ids().size()).isEqualTo(one.domain.ids().size());
    Takes takes = new Takes();
    Takes others = new Takes();
    EvidenceBook book = Objects.requireNonNull(one.table().experts()).book();
    EvidenceBook otherBook = Objects.requireNonNull(other.table().experts()).book();
    for (int code = 0; code < one.domain.ids().size(); code++) {
      assertThat(other.domain.ids().id(code)).isEqualTo(one.domain.ids().id(code));
      assertThat(other.domain.ids().find(one.domain.ids().id(code))).isEqualTo(code);
      assertThat(other.domain.catalog(code)).isEqualTo(one.domain.catalog(code));
      assertThat(other.domain.mayShow(other.table(), code))
          .isEqualTo(one.domain.mayShow(one.table(), code));
      assertThat(other.table().row(code)).isEqualTo(one.table().row(code));
      assertThat(other.table().isLive(code)).isEqualTo(one.table().isLive(code));
      book.takes(code, takes);
      otherBook.takes(code, others);
      assertThat(others.writtenTaken()).isEqualTo(takes.writtenTaken());
      assertThat(others.lastTick()).isEqualTo(takes.lastTick());
      assertThat(otherBook.companions(code).size()).isEqualTo(book.companions(code).size());
      assertThat(otherBook.texts(code).items()).isEqualTo(book.texts(code).items());
      assertThat(otherBook.texts(code).cosines()).isEqualTo(book.texts(code).cosines());
    }
    assertThat(otherBook.tick()).isEqualTo(book.tick());
    book.settle();
    otherBook.settle();
    assertThat(otherBook.popular()).isEqualTo(book.popular());
    assertThat(other.table().newest(100)).isEqualTo(one.table().newest(100));
    assertThat(other.table().index().name()).isEqualTo(one.table().index().name());
    assertThat(other.table().vectors().size()).isEqualTo(one.table().vectors().size());
    Random random = new Random(8);
    for (int i = 0; i < 50; i++) {
      float[] query = vector(random);
      assertThat(best(other, query)).isEqualTo(best(one, query));
    }
  }

  private static List<String> best(Node process, float[] query) {
    TopK best = new TopK(300); // more than are kept apart from what is asked for
    process.table().index().searchExactly(query, Measure.DOT, RowFilter.ALL, best);
    return java.util.Arrays.stream(best.drain())
        .map(process.table().vectors()::code)
        .mapToObj(process.domain.ids()::id)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void whatResumesSaysTheSameAndGoesOnAlike(long seed) {
    Node first = new Node();
    first.churn(new Random(seed), 20_000);
    assertThat(first.table().index().name()).isEqualTo("ivf-int8");
    Keys.RowKey key = new Keys.RowKey("shop", "m2", "item-1");
    MergedRow early = MergedRow.EMPTY.with(RowRecord.ended(key, 3, 1));
    first.save(Map.of(key, early));
    Node second = new Node();
    SavedState.Resumed resumed = second.resume();
    assertThat(resumed.offsets()).isEqualTo(OFFSETS);
    assertThat(resumed.early()).isEqualTo(Map.of(key, early));
    compare(first, second);
    second.offset = first.offset;
    first.churn(new Random(seed + 100), 5_000);
    second.churn(new Random(seed + 100), 5_000);
    compare(first, second);
    second.save(Map.of());
    Node third = new Node();
    assertThat(third.resume().early()).isEmpty();
    compare(first, third);
  }

  @Test
  void whereNothingWasSavedNothingIsResumed() {
    assertThat(new Node().resume()).isEqualTo(SavedState.Resumed.NOTHING);
  }

  @Test
  void whatIsDamagedUnfinishedOrForAnotherNodeIsLeftAside() throws IOException {
    Node first = new Node();
    first.churn(new Random(5), 2_000);
    Path saved = folder.resolve("kept/saved");
    first.save(Map.of());
    try (FileChannel file = FileChannel.open(saved.resolve("state"), StandardOpenOption.WRITE)) {
      file.position(file.size() / 2);
      file.write(java.nio.ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7}));
    }
    assertNothingIsResumed();
    first.save(Map.of());
    Files.delete(saved.resolve("whole"));
    assertNothingIsResumed();
    first.save(Map.of());
    SavedState other = new SavedState(folder.resolve("kept"), "other rows", CLOCK);
    Node node = new Node();
    assertThat(other.load(node.domains, node::make, metrics)).isEqualTo(SavedState.Resumed.NOTHING);
    assertThat(saved).doesNotExist();
    assertThat(registry.get("headwater.serving.saved.states.left.aside").counter().count())
        .isEqualTo(3);
  }

  @Test
  void whatANodeLeftThatWasKilledWhileItWroteIsDeletedAtTheNextStart() throws IOException {
    Node first = new Node();
    first.churn(new Random(5), 500);
    first.save(Map.of());
    Path half = Files.createDirectories(folder.resolve("kept/.saving-1"));
    Files.writeString(half.resolve("0.catalog"), "an item that is deleted meanwhile");
    assertThat(new Node().resume().offsets()).isEqualTo(OFFSETS);
    assertThat(half).doesNotExist();
  }

  private void assertNothingIsResumed() {
    Node node = new Node();
    assertThat(node.resume()).isEqualTo(SavedState.Resumed.NOTHING);
    assertThat(node.domain.ids().size()).isZero();
    assertThat(folder.resolve("kept/saved")).doesNotExist();
  }

  @Test
  void oneThatIsTooOldIsLeftAside() {
    Node first = new Node();
    first.churn(new Random(5), 500);
    first.save(Map.of());
    Clock later = Clock.offset(CLOCK, java.time.Duration.ofDays(8));
    Node node = new Node();
    SavedState saved = new SavedState(folder.resolve("kept"), "rows of a test", later);
    assertThat(saved.load(node.domains, node::make, metrics)).isEqualTo(SavedState.Resumed.NOTHING);
  }

  @Test
  void aDeletionTakesItAwayUnlessItWasSavedAfterIt() {
    Node first = new Node();
    first.churn(new Random(5), 500);
    first.save(Map.of());
    Node second = new Node();
    SavedState saved = second.saved();
    assertThat(saved.load(second.domains, second::make, metrics).offsets()).isEqualTo(OFFSETS);
    saved.forget(NOW_MS - 3_600_000);
    assertThat(folder.resolve("kept/saved")).exists();
    saved.forget(NOW_MS + 5);
    assertThat(folder.resolve("kept/saved")).doesNotExist();
    compare(first, second);
  }
}
