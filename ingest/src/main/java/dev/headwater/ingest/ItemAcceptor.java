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

/** Gives accepted items their life (incarnation, revision) and passes tombstones on. */
final class ItemAcceptor implements Processor<byte[], Verdict.Item, byte[], byte[]> {
  private final IngestConfig config;
  private final IngestMetrics metrics;
  private final HistorySeed seed;
  private ProcessorContext<byte[], byte[]> context;
  private KeyValueStore<byte[], byte[]> lives;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  ItemAcceptor(IngestConfig config, IngestMetrics metrics, HistorySeed seed) {
    this.config = config;
    this.seed = seed;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    lives = context.getStateStore(IngestStores.ITEM_LIVES);
    seed.fillLives(context.taskId().partition(), lives);
  }

  @Override
  public void process(Record<byte[], Verdict.Item> record) {
    byte[] key = record.key();
    long offset = record.value().offset();
    CatalogItem item = record.value().item();
    ItemLife before = ItemLife.fromBytes(lives.get(key));
    if (before != null && before.erasedMs() > 0 && record.timestamp() <= before.erasedMs()) {
      metrics.itemErased(domain(key)); // published before the item was erased: it stays erased
      return;
    }
    if (item == null) {
      ItemLife ended = ItemLife.ended(before, offset);
      lives.put(key, ended.toBytes());
      metrics.itemDeleted(domain(key));
      context.forward(tombstone(record, ended));
      return;
    }
    AcceptedItem.Builder accepted = AcceptedItems.cut(item, config.limits());
    ItemLife life = ItemLife.after(before, offset, accepted.getTextHash(), record.timestamp());
    if (!life.equals(before)) {
      lives.put(key, life.toBytes());
    }
    accepted
        .setIncarnation(life.incarnation())
        .setRevision(life.revision())
        .setPublishedMs(record.timestamp())
        .setAcceptedMs(context.currentSystemTimeMs());
    metrics.itemAccepted(item.domain());
    context.forward(record.withValue(accepted.build().toByteArray()));
  }

  private static Record<byte[], byte[]> tombstone(
      Record<byte[], Verdict.Item> record, ItemLife ended) {
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
