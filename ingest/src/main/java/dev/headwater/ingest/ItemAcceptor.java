package dev.headwater.ingest;

import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.wire.AcceptedItem;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Gives accepted items their incarnation (incarnation, revision) and passes tombstones on. */
final class ItemAcceptor implements Processor<byte[], Verdict.Item, byte[], byte[]> {
  private final IngestConfig config;
  private final IngestMetrics metrics;
  private final HistorySeed seed;
  private ProcessorContext<byte[], byte[]> context;
  private KeyValueStore<byte[], byte[]> incarnations;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  ItemAcceptor(IngestConfig config, IngestMetrics metrics, HistorySeed seed) {
    this.config = config;
    this.seed = seed;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    incarnations = context.getStateStore(IngestStores.ITEM_LIVES);
    seed.fillItems(
        context.taskId().partition(),
        incarnations,
        context.getStateStore(IngestStores.STRAY_ITEMS));
  }

  @Override
  public void process(Record<byte[], Verdict.Item> record) {
    byte[] key = record.key();
    long offset = record.value().offset();
    CatalogItem item = record.value().item();
    ItemIncarnation before = ItemIncarnation.fromBytes(incarnations.get(key));
    if (before != null && before.deletedMs() > 0 && record.timestamp() <= before.deletedMs()) {
      metrics.itemDeleted(domain(key)); // published before the item was deleted: it stays deleted
      return;
    }
    if (item == null) {
      ItemIncarnation ended = ItemIncarnation.ended(before, offset);
      incarnations.put(key, ended.toBytes());
      metrics.itemWithdrawn(domain(key));
      context.forward(tombstone(record, ended));
      return;
    }
    AcceptedItem.Builder accepted = AcceptedItems.cut(item, config.limits());
    ItemIncarnation incarnation =
        ItemIncarnation.after(before, offset, accepted.getTextHash(), record.timestamp());
    if (!incarnation.equals(before)) {
      incarnations.put(key, incarnation.toBytes());
    }
    accepted
        .setIncarnation(incarnation.incarnation())
        .setRevision(incarnation.revision())
        .setPublishedMs(record.timestamp())
        .setBeganMs(incarnation.bornMs())
        .setAcceptedMs(context.currentSystemTimeMs());
    metrics.itemAccepted(item.domain());
    context.forward(record.withValue(accepted.build().toByteArray()));
  }

  private static Record<byte[], byte[]> tombstone(
      Record<byte[], Verdict.Item> record, ItemIncarnation ended) {
    Headers headers = new RecordHeaders(record.headers());
    headers.remove(IncarnationHeader.NAME);
    headers.add(IncarnationHeader.of(ended.incarnation()));
    return new Record<>(record.key(), null, record.timestamp(), headers);
  }

  private static String domain(byte[] key) {
    String text = new String(key, StandardCharsets.UTF_8);
    return text.substring(0, text.indexOf('/'));
  }
}
