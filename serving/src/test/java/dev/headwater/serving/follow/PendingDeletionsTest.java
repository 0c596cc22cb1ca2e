package dev.headwater.serving.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.Keys;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Topics;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.serving.Rows;
import dev.headwater.serving.intake.Receipts;
import dev.headwater.serving.intake.TopicWriter;
import dev.headwater.serving.items.RowGuard;
import dev.headwater.serving.items.ScanIndex;
import dev.headwater.serving.state.CatalogEntry;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.ModelTable;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class PendingDeletionsTest {
  private final Domains domains = new Domains(Set.of("shop"), 1, 10, 10, List.of());
  private final Domain shop = Objects.requireNonNull(domains.find("shop"));
  private final int code = shop.ids().code("i");
  private final ModelTable table =
      shop.model(
          "m1",
          name ->
              new ModelTable(
                  name,
                  2,
                  new RowGuard(1e-6f, 100),
                  Clock.systemUTC(),
                  ModelTable.RowListener.NONE,
                  ScanIndex::new));
  private final MockProducer<byte[], byte[]> log =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final TestReach reach = new TestReach();
  private final PendingDeletions pending =
      new PendingDeletions(
          domains,
          new Receipts(new TopicWriter(log), Topics.DEFAULT, "n"),
          Clock.systemUTC(),
          reach,
          goneMs -> {});

  PendingDeletionsTest() {
    domains.rowsLoaded();
    pending.add(new PendingDeletions.Subject(shop, Deletion.Kind.ITEM, "i"), 5_000);
  }

  /** Returns how many receipts stand there after another look. */
  private int confirmed() {
    pending.tick();
    return log.history().size();
  }

  /** Found by the simulation: the three topics are read in any order. */
  @Test
  void aReceiptWaitsForTheCatalogAndForTheEndOfWhatIsHeld() {
    reach.end = 1;
    shop.catalog(code, entry(1, 1_000, 1_000));
    table.onRow(code, Rows.inCold(0, Rows.cold("shop", "i", 1, 1, 0)));
    assertThat(confirmed()).as("the catalog does not say it yet").isZero();
    shop.catalog(code, CatalogEntry.deletedAt(5_000, 1));
    reach.read = 1;
    assertThat(confirmed()).as("its row is held").isZero();
    table.onRow(code, end(1));
    assertThat(confirmed()).isEqualTo(1);
    byte[] value = log.history().get(0).value();
    assertThat(Objects.requireNonNull(DeletionReceipt.parse(value)).deletedMs()).isEqualTo(5_000);
    assertThat(confirmed()).isEqualTo(1);
  }

  /** Its tombstone was taken away by compaction before this node started. */
  @Test
  void anItemThatTheCatalogDoesNotKnowIsGoneWithItsRow() {
    table.onRow(code, Rows.inCold(0, Rows.cold("shop", "i", 1, 1, 0)));
    assertThat(confirmed()).isZero();
    table.onRow(code, end(1));
    assertThat(confirmed()).isEqualTo(1);
  }

  /** A guard refused it, and it is held all the same. */
  @Test
  void aReceiptWaitsForTheEndOfARowThatIsNotServed() {
    table.onRow(
        code,
        Rows.inCold(
            0,
            Rows.cold("shop", "i", 1, 1, 0).toBuilder()
                .setVector(Vectors.fp32(new float[] {0, 0}))
                .build()));
    assertThat(table.live(code)).isNull();
    shop.catalog(code, CatalogEntry.deletedAt(5_000, 1));
    assertThat(confirmed()).isZero();
    table.onRow(code, end(1));
    assertThat(confirmed()).isEqualTo(1);
  }

  @Test
  void anIncarnationThatBeganAfterTheRequestIsAnotherItem() {
    shop.catalog(code, entry(9, 6_000, 6_000));
    table.onRow(code, end(1));
    table.onRow(code, Rows.inCold(2, Rows.cold("shop", "i", 9, 1, 0)));
    assertThat(confirmed()).isEqualTo(1);
  }

  private static CatalogEntry entry(long incarnation, long beganMs, long publishedMs) {
    return CatalogEntry.of(
        AcceptedItem.newBuilder()
            .setIncarnation(incarnation)
            .setBeganMs(beganMs)
            .setPublishedMs(publishedMs)
            .setAvailable(true)
            .build());
  }

  private static RowRecord end(long incarnation) {
    Keys.RowKey key = new Keys.RowKey("shop", "m1", "i");
    return RowRecord.ended(key, 1, incarnation);
  }
}
