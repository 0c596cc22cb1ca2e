package dev.headwater.serving.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.MergedRow;
import dev.headwater.events.RetiredHeader;
import dev.headwater.events.Topics;
import dev.headwater.events.Vectors;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.announce.GenerationFences;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.serving.Rows;
import dev.headwater.serving.items.RowGuard;
import dev.headwater.serving.items.ScanIndex;
import dev.headwater.serving.items.Slice;
import dev.headwater.serving.items.VectorTable;
import dev.headwater.serving.state.CatalogEntry;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.LiveRow;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.serving.users.BatchingEncoder;
import dev.headwater.serving.users.UserVectorCache;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node reads the partitions of three topics in any order: what it serves must not tell. */
class RowsHandlerTest {
  private static final String SHOP = "shop";

  private final Domains domains = new Domains(Set.of(SHOP), 1, 10, 10, List.of());
  private final FollowMetrics metrics =
      new FollowMetrics(new SimpleMeterRegistry(), Clock.systemUTC());
  private final RowsHandler.TableMaker tables =
      (domain, model, dim) ->
          new ModelTable(
              model,
              dim,
              new RowGuard(1e-6f, 100),
              Clock.systemUTC(),
              ModelTable.RowListener.NONE,
              ScanIndex::new);
  private final ViewSwitcher switcher =
      new ViewSwitcher(
          model -> {
            throw new AssertionError("nothing is announced");
          },
          new NoEncoders(),
          metrics,
          new Pins(Pins.VersionRows.NONE, tables, metrics));
  private final Set<String> gone = new HashSet<>();
  private final RowsHandler handler =
      new RowsHandler(
          Topics.DEFAULT,
          domains,
          tables,
          metrics,
          switcher,
          (domain, model) -> gone.contains(model));

  @AfterEach
  void close() {
    switcher.close();
  }

  @Test
  void aWayBackToTheColdRowThatIsReadBeforeAllOthersCounts() {
    read(Topics.DEFAULT.rollbackRows(), 7, backToCold());
    read(Topics.DEFAULT.coldStartRows(), 1, Rows.cold(SHOP, "i", 1, 1, 0));
    read(Topics.DEFAULT.fineTunedRows(), 3, Rows.tuned(SHOP, "i", 1, 4, 0, 1));

    assertThat(served()).containsExactly(1, 0);
  }

  @Test
  void anEndThatIsReadBeforeAllOthersCounts() {
    ConsumerRecord<byte[], byte[]> end = record(Topics.DEFAULT.coldStartRows(), 5, null);
    end.headers().add(IncarnationHeader.of(1));
    handler.onRecord(end);
    read(Topics.DEFAULT.fineTunedRows(), 3, Rows.tuned(SHOP, "i", 1, 4, 0, 1));
    read(Topics.DEFAULT.coldStartRows(), 6, Rows.cold(SHOP, "i", 1, 1, 0)); // of a paused writer

    assertThat(served()).isNull();
  }

  /**
   * Found by the simulation: a deletion was confirmed before the first row of a bundle was read,
   * and the row stood in the table until its tombstone came.
   */
  @Test
  void aRowOfAnIncarnationThatTheCatalogSaysIsOverIsNotHeld() {
    shop().catalog(shop().ids().code("i"), CatalogEntry.deletedAt(5_000, 1));
    read(Topics.DEFAULT.coldStartRows(), 1, Rows.cold(SHOP, "i", 1, 1, 0));
    assertThat(merged().cold()).isNull();
    read(Topics.DEFAULT.fineTunedRows(), 3, Rows.tuned(SHOP, "i", 1, 4, 0, 1));
    read(Topics.DEFAULT.coldStartRows(), 2, Rows.cold(SHOP, "i", 1, 2, 0));
    assertThat(merged().cold()).as("nor a later text of it").isNull();
    assertThat(merged().tuned()).isNull();

    read(Topics.DEFAULT.coldStartRows(), 3, Rows.cold(SHOP, "i", 9, 1, 0));
    assertThat(served()).as("the catalog's next record may come behind").isNotNull();
  }

  private MergedRow merged() {
    ModelTable table = Objects.requireNonNull(shop().model(Rows.MODEL));
    return table.row(shop().ids().find("i")).merged();
  }

  @Test
  void theTableOfARetiredBundleIsForgotten() {
    read(Topics.DEFAULT.coldStartRows(), 1, Rows.cold(SHOP, "i", 1, 1, 0));
    handler.onCaughtUp();
    handler.onTick();
    assertThat(shop().models()).hasSize(1);
    ConsumerRecord<byte[], byte[]> end = record(Topics.DEFAULT.coldStartRows(), 5, null);
    end.headers().add(IncarnationHeader.of(1));
    end.headers().add(RetiredHeader.header());
    handler.onRecord(end);
    handler.onTick();

    assertThat(shop().models()).isEmpty();
    handler.onRecord(record(Topics.DEFAULT.fineTunedRows(), 6, null));
    handler.onRecord(record(Topics.DEFAULT.rollbackRows(), 7, null));
    handler.onTick();
    assertThat(shop().models()).as("its other ends make none").isEmpty();
  }

  /** Found by the simulation: its last record was the end by a job that had not heard of it. */
  @Test
  void aRowThatComesUnderABundleThatIsSaidToBeRetiredMakesNoTable() {
    gone.add(Rows.MODEL);
    read(Topics.DEFAULT.coldStartRows(), 1, Rows.cold(SHOP, "i", 1, 1, 0));
    assertThat(shop().models()).isEmpty();
  }

  @Test
  void aTableGoesWhenItsBundleIsSaidToBeRetired() {
    read(Topics.DEFAULT.coldStartRows(), 1, Rows.cold(SHOP, "i", 1, 1, 0));
    handler.onCaughtUp();
    gone.add(Rows.MODEL);
    handler.onTick();
    assertThat(shop().models()).isEmpty();
  }

  /**
   * Found by the simulation: the only item that had a row then ended, the table was forgotten, and
   * with it the tuned row of the other, whose cold row was read later.
   */
  @Test
  void theTableOfABundleThatIsNotRetiredKeepsWhatWaitsThough() {
    handler.onCaughtUp();
    read(Topics.DEFAULT.coldStartRows(), 1, Rows.cold(SHOP, "j", 1, 1, 0));
    read(Topics.DEFAULT.fineTunedRows(), 3, Rows.tuned(SHOP, "i", 1, 4, 0, 1));
    byte[] key = (SHOP + "/" + Rows.MODEL + "/j").getBytes(StandardCharsets.UTF_8);
    handler.onRecord(new ConsumerRecord<>(Topics.DEFAULT.coldStartRows(), 0, 2, key, null));
    handler.onTick();
    read(Topics.DEFAULT.coldStartRows(), 3, Rows.cold(SHOP, "i", 1, 1, 0));

    assertThat(served()).containsExactly(0, 1);
  }

  /** A node that has not heard of the other bundle yet, or not read it, went on with no rows. */
  @Test
  void aRetiredBundleIsWholeWhileAnswersComeFromIt() {
    read(Topics.DEFAULT.coldStartRows(), 1, Rows.cold(SHOP, "i", 1, 1, 0));
    shop().announced(announced(Rows.MODEL));
    handler.onCaughtUp();
    ConsumerRecord<byte[], byte[]> end = record(Topics.DEFAULT.coldStartRows(), 5, null);
    end.headers().add(RetiredHeader.header());
    handler.onRecord(end);
    handler.onTick();
    assertThat(served()).isNotNull();

    shop().announced(announced("other"));
    handler.onTick();
    assertThat(shop().models()).isEmpty();
  }

  private static AnnouncedState announced(String model) {
    return new AnnouncedState(SHOP, model, "", 0, 0, null, 0, 0, 0, GenerationFences.NONE, null);
  }

  /** Its cold rows may be read later: before all is read nothing can be said of a table. */
  @Test
  void aTableStaysWhileItsRowsAreReadAndWhileItIsAnnounced() {
    read(Topics.DEFAULT.coldStartRows(), 1, Rows.cold(SHOP, "i", 1, 1, 0));
    ConsumerRecord<byte[], byte[]> end = record(Topics.DEFAULT.coldStartRows(), 5, null);
    end.headers().add(RetiredHeader.header());
    handler.onRecord(end);
    handler.onTick();
    assertThat(shop().models()).as("not all is read").hasSize(1);
    shop().announced(announced(Rows.MODEL));
    handler.onCaughtUp();
    handler.onTick();
    assertThat(shop().models()).as("announced").hasSize(1);
  }

  @Test
  void whatIsRememberedOfModelsWithoutAVectorHasABound() {
    RowsHandler bounded =
        new RowsHandler(
            Topics.DEFAULT,
            domains,
            tables,
            metrics,
            switcher,
            (domain, model) -> false,
            new RowsHandler.Bounds(10, Slice.WHOLE));
    for (int i = 0; i < 1_000; i++) {
      byte[] key = (SHOP + "/gone/i" + i).getBytes(StandardCharsets.UTF_8);
      bounded.onRecord(new ConsumerRecord<>(Topics.DEFAULT.coldStartRows(), 0, i, key, null));
    }
    assertThat(bounded.remembered()).isEqualTo(10);
  }

  private Domain shop() {
    return Objects.requireNonNull(domains.find(SHOP));
  }

  private static EmbeddingRow backToCold() {
    return EmbeddingRow.newBuilder()
        .setDomain(SHOP)
        .setModel(Rows.MODEL)
        .setItem("i")
        .setIncarnation(1)
        .setOrigin(EmbeddingRow.Origin.ROLLBACK)
        .setVersion(RowVersion.newBuilder().setGeneration(1))
        .build();
  }

  private void read(String topic, long offset, EmbeddingRow row) {
    handler.onRecord(record(topic, offset, row));
  }

  private static ConsumerRecord<byte[], byte[]> record(
      String topic, long offset, @Nullable EmbeddingRow row) {
    String item = row == null ? "i" : row.getItem();
    byte[] key = (SHOP + "/" + Rows.MODEL + "/" + item).getBytes(StandardCharsets.UTF_8);
    return new ConsumerRecord<>(topic, 0, offset, key, row == null ? null : row.toByteArray());
  }

  private float @Nullable [] served() {
    Domain shop = Objects.requireNonNull(domains.find(SHOP));
    ModelTable table = Objects.requireNonNull(shop.model(Rows.MODEL));
    LiveRow live = table.live(shop.ids().code("i"));
    return live == null ? null : Vectors.unpack(live.row().getVector());
  }

  private static final class NoEncoders implements ViewSwitcher.Starter {
    @Override
    public BatchingEncoder start(ModelLoader.LoadedModel loaded) {
      throw new AssertionError("nothing is announced");
    }

    @Override
    public UserVectorCache encoding(
        Domain domain, long viewId, VectorTable vectors, BatchingEncoder users) {
      throw new AssertionError("nothing is announced");
    }
  }
}
