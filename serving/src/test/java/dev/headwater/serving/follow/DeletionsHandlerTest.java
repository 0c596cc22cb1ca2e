package dev.headwater.serving.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.Topics;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.serving.intake.Receipts;
import dev.headwater.serving.intake.TopicWriter;
import dev.headwater.serving.items.PackedRecords;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.users.UserArchive;
import dev.headwater.serving.users.UserState;
import dev.headwater.tracing.Tracing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What ingest has carried out, a node confirms once it holds what ingest made of it. */
class DeletionsHandlerTest {
  private static final long DAY_MS = 86_400_000;
  private static final long ASKED_MS = 1_700_000_000_000L;
  private static final String NODE = "shop-1/a";

  private final MockProducer<byte[], byte[]> log =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final Disk disk = new Disk();
  private final Domains domains =
      new Domains(Set.of("shop"), 1, 10, 10, List.of(), name -> disk, PackedRecords::inMemory);
  private final Domain shop = Objects.requireNonNull(domains.find("shop"));
  private final TestReach reach = new TestReach();
  private long nowMs = ASKED_MS + 1_000;
  private final InstantSource time = () -> Instant.ofEpochMilli(nowMs);
  private final Clock clock = time.withZone(ZoneOffset.UTC);
  private final FollowMetrics metrics = new FollowMetrics(new SimpleMeterRegistry(), clock);
  private final HistoriesHandler histories = new HistoriesHandler(domains, metrics, Tracing.OFF);
  private DeletionsHandler handler = started();

  private DeletionsHandler started() {
    Receipts receipts = new Receipts(new TopicWriter(log), Topics.DEFAULT, NODE);
    return new DeletionsHandler(domains, metrics, receipts, clock, reach);
  }

  private void running() {
    handler.onCaughtUp();
    handler.onTick();
  }

  private static ConsumerRecord<byte[], byte[]> record(
      String topic, String key, byte @Nullable [] value, long atMs) {
    return new ConsumerRecord<>(
        topic,
        0,
        0,
        atMs,
        TimestampType.CREATE_TIME,
        1,
        1,
        key.getBytes(StandardCharsets.UTF_8),
        value,
        new RecordHeaders(),
        Optional.empty());
  }

  private void read(DeletionReceipt receipt) {
    handler.onRecord(record("deletion-receipts", receipt.key(), receipt.toJson(), nowMs));
  }

  private static DeletionReceipt by(String hop, Deletion.Kind kind, String id) {
    return new DeletionReceipt(hop, "shop", kind, id, ASKED_MS, ASKED_MS + 100);
  }

  private void ingestDeleted(Deletion.Kind kind, String id) {
    read(by(DeletionReceipt.INGEST, kind, id));
  }

  private void clicked(String user) {
    byte[] history =
        UserHistory.newBuilder()
            .setDomain("shop")
            .setUser(user)
            .setCause(UserHistory.Cause.EVENT)
            .setEventId("e")
            .addEntries(HistoryEntry.newBuilder().setItem("a"))
            .build()
            .toByteArray();
    histories.onRecord(record("user-histories", "shop/" + user, history, nowMs));
  }

  private List<String> confirmed() {
    return log.history().stream()
        .map(sent -> new String(sent.key(), StandardCharsets.UTF_8))
        .toList();
  }

  @Test
  void aReceiptThatWasNotWrittenIsWrittenAgain() {
    running();
    ingestDeleted(Deletion.Kind.USER, "ann");
    log.sendException = new NetworkException("away");
    handler.onTick();
    assertThat(confirmed()).isEmpty();
    log.sendException = null;
    handler.onTick();
    assertThat(confirmed()).as("a second must pass").isEmpty();
    nowMs += 1_000;
    handler.onTick();
    assertThat(confirmed()).containsExactly("serving@shop-1-a/shop/user/ann");
    nowMs += 5_000;
    handler.onTick();
    assertThat(confirmed()).hasSize(1);
  }

  @Test
  void whoKeepsWhatIsKnownOfItemsHearsOfEachThatIsDeleted() {
    List<Long> heard = new ArrayList<>();
    handler = started().telling(heard::add);
    ingestDeleted(Deletion.Kind.USER, "ann");
    assertThat(heard).isEmpty();
    ingestDeleted(Deletion.Kind.ITEM, "a");
    assertThat(heard).as("gone from ingest, before this caught up").containsExactly(ASKED_MS + 100);
    handler.onCaughtUp();
    domains.rowsLoaded();
    nowMs += 3_600_000;
    handler.onTick();
    assertThat(heard).as("gone from here, before it is confirmed").hasSize(2).contains(nowMs);
    assertThat(confirmed()).contains("serving@shop-1-a/shop/item/a");
  }

  @Test
  void howeverManyWaitEachHasItsReceipt() {
    running();
    domains.rowsLoaded();
    for (int i = 0; i < 10_001; i++) {
      ingestDeleted(Deletion.Kind.ITEM, "i" + i);
    }
    for (int i = 0; i < 30; i++) {
      handler.onTick();
    }
    assertThat(confirmed()).hasSize(10_001).doesNotHaveDuplicates();
  }

  /** It came while the node was away, or starting. */
  @Test
  void aNodeThatStartsConfirmsWhatItHasNotConfirmed() {
    ingestDeleted(Deletion.Kind.USER, "ann");
    ingestDeleted(Deletion.Kind.USER, "ben");
    read(by(DeletionReceipt.SERVING, Deletion.Kind.USER, "ben").ofNode(NODE));
    read(by(DeletionReceipt.SERVING, Deletion.Kind.USER, "ann").ofNode("another"));
    handler.onTick();
    assertThat(confirmed()).as("more may stand in the topic").isEmpty();
    running();
    assertThat(confirmed()).containsExactly("serving@shop-1-a/shop/user/ann");
  }

  @Test
  void whatWasDeletedLongBeforeAStartIsNotConfirmedOnceMore() {
    nowMs = ASKED_MS + 9 * DAY_MS;
    ingestDeleted(Deletion.Kind.USER, "ann");
    running();
    assertThat(confirmed()).isEmpty();
    ingestDeleted(Deletion.Kind.USER, "ben");
    handler.onTick();
    assertThat(confirmed()).as("ingest was away for long").hasSize(1);
  }

  @Test
  void aReceiptWaitsUntilWhatStoodInTheTopicsIsRead() {
    running();
    clicked("ann");
    reach.end = 7;
    reach.away = true;
    ingestDeleted(Deletion.Kind.USER, "ann");
    handler.onTick();
    reach.away = false;
    nowMs += 1_000;
    handler.onTick();
    reach.read = 6;
    reach.end = 100;
    handler.onTick();
    assertThat(confirmed()).isEmpty();
    reach.read = 7;
    handler.onTick();
    assertThat(confirmed()).hasSize(1);
  }

  /** Ingest was away for longer, or refused it: what it writes of the user is from before. */
  @Test
  void aRequestThatIngestHasNotCarriedOutHidesNobodyAndIsNotConfirmed() {
    running();
    clicked("ann");
    Deletion request = new Deletion("shop", Deletion.Kind.USER, "ann", "support", 1);
    handler.onRecord(record("deletions", request.key(), request.toJson(), ASKED_MS));
    handler.onTick();
    assertThat(shop.users().get("ann")).isNotNull();
    nowMs += 2 * DAY_MS;
    clicked("ann");
    handler.onTick();
    assertThat(shop.users().get("ann")).isNotNull();
    assertThat(confirmed()).isEmpty();
    histories.onRecord(record("user-histories", "shop/ann", null, nowMs));
    ingestDeleted(Deletion.Kind.USER, "ann");
    handler.onTick();
    assertThat(shop.users().get("ann")).isNull();
    assertThat(confirmed()).hasSize(1);
  }

  @Test
  void aReceiptWaitsUntilTheUserIsInNoFile() {
    running();
    disk.full = true;
    ingestDeleted(Deletion.Kind.USER, "ann");
    handler.onTick();
    assertThat(confirmed()).isEmpty();
    disk.full = false;
    nowMs += 1_000;
    handler.onTick();
    assertThat(confirmed()).hasSize(1);
    assertThat(disk.purged).containsExactly("ann");
  }

  /** Keeps nobody, and says of whom files were to hold nothing. */
  private static final class Disk implements UserArchive {
    private final List<String> purged = new ArrayList<>();
    private boolean full;

    @Override
    public boolean put(String user, UserState state) {
      return false;
    }

    @Override
    public @Nullable UserState take(String user) {
      return null;
    }

    @Override
    public void remove(String user) {
      // Nobody is here.
    }

    @Override
    public void purge(Collection<String> users) {
      if (full) {
        throw new UncheckedIOException(new IOException("no space left"));
      }
      purged.addAll(users);
    }

    @Override
    public long size() {
      return 0;
    }
  }
}
