package dev.headwater.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.ItemRequest;
import dev.headwater.events.Keys;
import dev.headwater.events.Topics;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.simulation.log.LogReader;
import dev.headwater.store.table.RowCursor;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.TableId;
import java.nio.charset.StandardCharsets;
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

  private static final List<String> HOPS =
      List.of(
          DeletionReceipt.INGEST,
          DeletionReceipt.COLD_START,
          DeletionReceipt.FINE_TUNE,
          DeletionReceipt.MODEL_STORE);

  private final World world;
  private final LogReader accepted;
  private final LogReader requests;
  private final LogReader receipts;
  private final Map<String, Map<Long, Long>> births = new HashMap<>();
  private final Map<String, AcceptedItem> present = new HashMap<>();
  private final Map<String, Integer> endedThen = new HashMap<>();
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
      if (record.value() == null) {
        Keys.DomainKey key = Keys.parse(new String(record.key(), StandardCharsets.UTF_8));
        present.remove(key.id()); // nothing, where it is a request
        endedThen.put(ItemRequest.subject(key).id(), world.cold.ended());
      } else {
        AcceptedItem item = AcceptedItem.parseFrom(record.value());
        present.put(item.getItem(), item);
        births
            .computeIfAbsent(item.getItem(), name -> new HashMap<>())
            .putIfAbsent(item.getIncarnation(), item.getPublishedMs());
      }
    }
    for (ConsumerRecord<byte[], byte[]> record : requests.pollAll()) {
      Deletion deletion = Objects.requireNonNull(Deletion.read(record));
      if (deletion.kind() == Deletion.Kind.ITEM) {
        asked.merge(deletion.id(), record.timestamp(), Math::max);
      }
    }
    for (ConsumerRecord<byte[], byte[]> record : receipts.pollAll()) {
      DeletionReceipt receipt = Objects.requireNonNull(DeletionReceipt.parse(record.value()));
      if (receipt.kind() != Deletion.Kind.ITEM) {
        continue;
      }
      String hop = receipt.hop().equals(DeletionReceipt.SERVING) ? receipt.node() : receipt.hop();
      answered.merge(hop + "/" + receipt.id(), receipt.deletedMs(), Math::max);
      check(receipt);
    }
  }

  private void check(DeletionReceipt receipt) throws Exception {
    switch (receipt.hop()) {
      case DeletionReceipt.SERVING ->
          world.nodes.stream()
              .filter(node -> node.name().equals(receipt.node()))
              .forEach(node -> checkNode(node, receipt.id(), receipt.deletedMs()));
      case DeletionReceipt.INGEST -> checkAccepted(receipt.id(), receipt.deletedMs());
      case DeletionReceipt.MODEL_STORE -> checkStore(receipt.id(), receipt.deletedMs());
      case DeletionReceipt.COLD_START -> checkColdRows(receipt.id(), receipt.deletedMs());
      case DeletionReceipt.FINE_TUNE ->
          checkBegan(
              "FineTuneJob's checkpoint",
              receipt.id(),
              world.trainer().saved(receipt.id()),
              receipt.deletedMs());
      default -> throw new AssertionError("a receipt of " + receipt.hop());
    }
  }

  /** An attempt cannot speak for another one that carries a row to another bundle meanwhile. */
  private void checkColdRows(String item, long deletedMs) throws Exception {
    if (!world.cold.isAloneSince(endedThen.getOrDefault(item, 0))) {
      return;
    }
    for (String model : World.MODELS) {
      if (!world.rules().isRetired(model)) { // what comes there late is for the store to end
        EmbeddingRow row = world.rules().cold(model, item);
        checkBegan("the topics under " + model, item, row, deletedMs);
      }
    }
  }

  private void checkAccepted(String item, long deletedMs) {
    AcceptedItem last = present.get(item);
    if (last != null) {
      checkBegan("catalog.accepted", item, last.getIncarnation(), deletedMs);
    }
  }

  private void checkNode(Node node, String item, long deletedMs) {
    for (String model : World.MODELS) {
      EmbeddingRow row = node.held(model, item);
      checkBegan("node " + node.name() + " under " + model, item, row, deletedMs);
    }
    for (EmbeddingRow row : node.pinned(item)) {
      checkBegan("a pinned version on node " + node.name(), item, row, deletedMs);
    }
  }

  private void checkBegan(String where, String item, @Nullable EmbeddingRow row, long deletedMs) {
    if (row != null) {
      checkBegan(where, item, row.getIncarnation(), deletedMs);
    }
  }

  private void checkBegan(String where, String item, long incarnation, long deletedMs) {
    if (incarnation < 0) {
      return; // there is none
    }
    long beganMs = births.getOrDefault(item, Map.of()).getOrDefault(incarnation, 0L);
    assertThat(beganMs)
        .as("%s was deleted; its incarnation %d in %s", item, incarnation, where)
        .isGreaterThan(deletedMs);
  }

  private void checkStore(String item, long deletedMs) throws Exception {
    for (String model : World.MODELS) {
      TableId table = new TableId(World.DOMAIN, model);
      for (SealedVersion version : world.store().engine().store().versions(table)) {
        checkVersion(table, version.version(), item, deletedMs);
      }
      checkVersion(table, Long.MAX_VALUE, item, deletedMs);
      checkBegan("embeddings.rollback under " + model, item, rolledBack(model, item), deletedMs);
    }
    boolean again =
        births.getOrDefault(item, Map.of()).values().stream().anyMatch(began -> began > deletedMs);
    if (!again) {
      world.experts().checkNameGone(item);
    }
  }

  /** Returns the last that the topic says of what a rollback brought back of an item. */
  private @Nullable EmbeddingRow rolledBack(String model, String item) throws Exception {
    String key = new Keys.RowKey(World.DOMAIN, model, item).toString();
    byte[] last = null;
    for (ConsumerRecord<byte[], byte[]> record : world.log.all(TOPICS.rollbackRows())) {
      if (key.equals(new String(record.key(), StandardCharsets.UTF_8))) {
        last = record.value();
      }
    }
    return last == null ? null : EmbeddingRow.parseFrom(last);
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

  /** Tells whether an item has ended or was to, or began again. */
  boolean hasEnded(String item) {
    return endedThen.containsKey(item)
        || asked.containsKey(item)
        || births.getOrDefault(item, Map.of()).size() > 1;
  }

  /** Tells whether the deletion of an item was ever asked for. */
  boolean isAsked(String item) {
    return asked.containsKey(item);
  }

  /** Tells whether a request ends an incarnation: it goes from each part at a time of its own. */
  boolean isAsked(String item, long incarnation) {
    long beganMs = births.getOrDefault(item, Map.of()).getOrDefault(incarnation, Long.MAX_VALUE);
    return beganMs <= asked.getOrDefault(item, 0L);
  }

  /** In the end each request is answered, and what is gone is gone everywhere. */
  void checkSettled() throws Exception {
    check();
    for (Map.Entry<String, Long> each : asked.entrySet()) {
      checkAnswered(each.getKey(), each.getValue());
    }
  }

  private void checkAnswered(String item, long deletedMs) throws Exception {
    for (String hop : HOPS) {
      checkAnswered(hop, item, deletedMs);
    }
    checkStore(item, deletedMs);
    for (Node node : world.nodes) {
      checkAnswered(node.name(), item, deletedMs);
      checkNode(node, item, deletedMs);
    }
  }

  private void checkAnswered(String by, String item, long deletedMs) {
    assertThat(answered.getOrDefault(by + "/" + item, 0L))
        .as("receipt of %s for %s", by, item)
        .isGreaterThanOrEqualTo(deletedMs);
  }
}
