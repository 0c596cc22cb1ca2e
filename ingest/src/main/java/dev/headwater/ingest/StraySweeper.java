package dev.headwater.ingest;

import java.util.BitSet;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Lets an item's tombstone meet all its records in {@code catalog}: clients that hash otherwise put
 * records where the tombstones of the others never come, and compaction would keep those for good.
 * Remembers in which other partitions an item stands, and when it ends sends a tombstone to each.
 */
final class StraySweeper implements Processor<byte[], Verdict.Item, byte[], Integer> {
  /** Tombstones; the value that leaves the processor is the partition to send one to. */
  static final Produced<byte[], Integer> TOMBSTONES =
      Produced.with(
              Serdes.ByteArray(),
              Serdes.serdeFrom(
                  (topic, partition) -> null, (Deserializer<Integer>) (topic, bytes) -> null))
          .withStreamPartitioner(
              (topic, key, partition, partitions) -> Optional.of(Set.of(partition)));

  /** Marks them, for they end nothing: the item may have begun again. */
  private static final String HEADER = "headwater.swept";

  private ProcessorContext<byte[], Integer> context;
  private KeyValueStore<byte[], byte[]> strays;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  StraySweeper() {}

  /** Tells whether a record of {@code catalog} was sent from here. */
  static boolean wrote(Headers headers) {
    return headers.lastHeader(HEADER) != null;
  }

  @Override
  public void init(ProcessorContext<byte[], Integer> context) {
    this.context = context;
    strays = context.getStateStore(IngestStores.STRAY_ITEMS);
  }

  @Override
  public void process(Record<byte[], Verdict.Item> record) {
    int strayed = record.value().strayed();
    boolean ends = record.value().item() == null;
    if (!ends && strayed == Verdict.Item.AT_HOME) {
      return;
    }
    if (!ends) {
      note(strays, record.key(), strayed, true);
      return;
    }
    byte @Nullable [] known = strays.get(record.key());
    if (known != null) {
      BitSet.valueOf(known).stream()
          .filter(partition -> partition != strayed) // there the tombstone itself stands
          .forEach(partition -> context.forward(tombstone(record, partition)));
      strays.delete(record.key());
    }
  }

  /** Notes whether an item stands in a partition that is not its own. */
  static void note(
      KeyValueStore<byte[], byte[]> strays, byte[] item, int partition, boolean stands) {
    byte @Nullable [] known = strays.get(item);
    BitSet partitions = known == null ? new BitSet() : BitSet.valueOf(known);
    partitions.set(partition, stands);
    strays.put(item, partitions.isEmpty() ? null : partitions.toByteArray());
  }

  private static Record<byte[], Integer> tombstone(
      Record<byte[], Verdict.Item> record, int partition) {
    return new Record<>(
        record.key(), partition, record.timestamp(), new RecordHeaders().add(HEADER, new byte[0]));
  }
}
