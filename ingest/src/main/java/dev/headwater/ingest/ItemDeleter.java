package dev.headwater.ingest;

import dev.headwater.events.Deletion;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Ends an item's incarnation for good: a marked tombstone goes to {@code catalog.accepted}, and no
 * catalog record from before the request begins another. An incarnation that began after the
 * request goes on.
 */
final class ItemDeleter implements Processor<byte[], byte[], byte[], Deleted> {
  private final IngestMetrics metrics;
  private ProcessorContext<byte[], Deleted> context;
  private KeyValueStore<byte[], byte[]> incarnations;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  ItemDeleter(IngestMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<byte[], Deleted> context) {
    this.context = context;
    incarnations = context.getStateStore(IngestStores.ITEM_LIVES);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    byte[] key = record.key();
    long deletedMs = record.timestamp();
    ItemIncarnation before = ItemIncarnation.fromBytes(incarnations.get(key));
    if (before == null || deletedMs > before.deletedMs()) {
      ItemIncarnation after = ItemIncarnation.deleted(before, deletedMs);
      incarnations.put(key, after.toBytes());
      if (!after.alive()) {
        metrics.itemWithdrawn(Deleted.subject(key).domain());
        context.forward(Deleted.item(key, deletedMs, after.incarnation()));
      }
      context.forward(Deleted.request(key, deletedMs, after.over()));
    }
    metrics.deletion(Deleted.subject(key).domain());
    context.forward(
        Deleted.receipt(Deletion.Kind.ITEM, key, deletedMs, context.currentSystemTimeMs()));
  }
}
