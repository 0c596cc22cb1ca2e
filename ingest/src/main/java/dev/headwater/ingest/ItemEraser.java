package dev.headwater.ingest;

import dev.headwater.events.Deletion;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Ends an item's life for good: a marked tombstone goes to {@code catalog.accepted}, and no catalog
 * record from before the request begins another. A life that began after the request goes on.
 */
final class ItemEraser implements Processor<byte[], byte[], byte[], Erased> {
  private final IngestMetrics metrics;
  private ProcessorContext<byte[], Erased> context;
  private KeyValueStore<byte[], byte[]> lives;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  ItemEraser(IngestMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<byte[], Erased> context) {
    this.context = context;
    lives = context.getStateStore(IngestStores.ITEM_LIVES);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    byte[] key = record.key();
    long erasedMs = record.timestamp();
    ItemLife before = ItemLife.fromBytes(lives.get(key));
    if (before == null || erasedMs > before.erasedMs()) {
      ItemLife after = ItemLife.erased(before, erasedMs);
      lives.put(key, after.toBytes());
      if (!after.alive()) {
        metrics.itemDeleted(Erased.subject(key).domain());
        context.forward(Erased.item(key, erasedMs, after.incarnation()));
      }
    }
    metrics.deletion(Erased.subject(key).domain());
    context.forward(
        Erased.receipt(Deletion.Kind.ITEM, key, erasedMs, context.currentSystemTimeMs()));
  }
}
