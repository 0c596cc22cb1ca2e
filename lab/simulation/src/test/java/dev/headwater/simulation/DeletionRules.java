package dev.headwater.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.Topics;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.simulation.log.LogReader;
import dev.headwater.store.table.RowCursor;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.TableId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A request ends the incarnations of an item that began until its time. A receipt is true when it
 * is written, and remains so.
 */
final class DeletionRules {
  private static final Topics TOPICS = Topics.DEFAULT;

  private final World world;
  private final LogReader accepted;
  private final LogReader requests;
  private final LogReader receipts;
  private final Map<String, Map<Long, Long>> births = new HashMap<>();
  private final Map<String, Long> asked = new TreeMap<>();
  private final Map<String, Long> answered = new HashMap<>();

  DeletionRules(World world) {
    this.world = world;
    accepted = new LogReader(world.log, List.of(TOPICS.acceptedItems()), Map.of());
    requests = new LogReader(world.log, List.of(TOPICS.deletions()), Map.of());
    receipts = new LogReader(world.log, List.of(TOPICS.deletionReceipts()), Map.of());
  }

  /** After every step: what is answered now is gone where the answer comes from. */
  void check() throws Exception {
    for (ConsumerRecord<byte[], byte[]> record : accepted.pollAll()) {
      if (record.value() != null) {
        AcceptedItem item = AcceptedItem.parseFrom(record.value());
        births
            .computeIfAbsent(item.getItem(), name -> new HashMap<>())
            .putIfAbsent(item.getIncarnation(), item.getPublishedMs());
      }
    }
    for (ConsumerRecord<byte[], byte[]> record : requests.pollAll()) {
      Deletion deletion = Objects.requireNonNull(Deletion.read(record));
      asked.merge(deletion.id(), record.timestamp(), Math::max);
    }
    for (ConsumerRecord<byte[], byte[]> record : receipts.pollAll()) {
      DeletionReceipt receipt = Objects.requireNonNull(DeletionReceipt.parse(record.value()));
      answered.merge(receipt.hop() + "/" + receipt.id(), receipt.deletedMs(), Math::max);
      check(receipt);
    }
  }

  private void check(DeletionReceipt receipt) {
    switch (receipt.hop()) {
      case DeletionReceipt.SERVING ->
          world.nodes.stream()
              .filter(node -> node.name().equals(receipt.node()))
              .forEach(node -> checkNode(node, receipt.id(), receipt.deletedMs()));
      case DeletionReceipt.MODEL_STORE -> checkStore(receipt.id(), receipt.deletedMs());
      default -> {}
    }
  }

  private void checkNode(Node node, String item, long deletedMs) {
    for (String model : World.MODELS) {
      EmbeddingRow row = node.held(model, item);
      checkBegan("node " + node.name() + " under " + model, item, row, deletedMs);
    }
  }

  private void checkBegan(String where, String item, @Nullable EmbeddingRow row, long deletedMs) {
    if (row != null) {
      checkBegan(where, item, row.getIncarnation(), deletedMs);
    }
  }

  private void checkBegan(String where, String item, long incarnation, long deletedMs) {
    long beganMs = births.getOrDefault(item, Map.of()).getOrDefault(incarnation, 0L);
    assertThat(beganMs)
        .as("%s was deleted; its incarnation %d in %s", item, incarnation, where)
        .isGreaterThan(deletedMs);
  }

  private void checkStore(String item, long deletedMs) {
    for (String model : World.MODELS) {
      TableId table = new TableId(World.DOMAIN, model);
      for (SealedVersion version : world.store().engine().store().versions(table)) {
        checkVersion(table, version.version(), item, deletedMs);
      }
      checkVersion(table, Long.MAX_VALUE, item, deletedMs);
    }
  }

  private void checkVersion(TableId table, long version, String item, long deletedMs) {
    try (RowCursor cursor = world.store().engine().store().scan(table, version)) {
      while (cursor.next()) {
        if (cursor.item().equals(item)) {
          String where = "version " + version + " of " + table;
          checkBegan(where, item, cursor.row().incarnation(), deletedMs);
        }
      }
    }
  }

  /** Tells whether a request ends an incarnation: it goes from each part at a time of its own. */
  boolean isAsked(String item, long incarnation) {
    long beganMs = births.getOrDefault(item, Map.of()).getOrDefault(incarnation, Long.MAX_VALUE);
    return beganMs <= asked.getOrDefault(item, 0L);
  }

  /** In the end each request is answered, and what is gone is gone everywhere. */
  void checkSettled() throws Exception {
    check();
    asked.forEach(
        (item, deletedMs) -> {
          for (String hop : List.of(DeletionReceipt.INGEST, DeletionReceipt.MODEL_STORE)) {
            assertThat(answered.getOrDefault(hop + "/" + item, 0L))
                .as("receipt of %s for %s", hop, item)
                .isGreaterThanOrEqualTo(deletedMs);
          }
          checkStore(item, deletedMs);
          world.nodes.forEach(node -> checkNode(node, item, deletedMs));
        });
  }
}
