package dev.headwater.ingest;

import java.util.Arrays;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Turns a refusal into the record for {@code dead-letters}: the value as received, key and reason
 * in headers. A dead letter that the broker refuses would stop ingest for good, so what could not
 * fit (possible only where topics were made larger by hand) is cut.
 */
final class DeadLetterWriter implements Processor<byte[], Verdict.Refused, byte[], byte[]> {
  static final int MAX_KEY_BYTES = 1 << 20;
  static final int MAX_VALUE_BYTES = 5 << 19;

  private final IngestMetrics metrics;
  private final IngestMetrics.Source source;
  private ProcessorContext<byte[], byte[]> context;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  DeadLetterWriter(IngestMetrics metrics, IngestMetrics.Source source) {
    this.metrics = metrics;
    this.source = source;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
  }

  @Override
  public void process(Record<byte[], Verdict.Refused> record) {
    Verdict.Refused refused = record.value();
    metrics.deadLettered(source, refused.letter().reason());
    context.forward(
        record
            .withKey(refused.letter().recordKey())
            .withValue(value(refused.value()))
            .withHeaders(refused.letter().headers(cut(refused.key(), MAX_KEY_BYTES))));
  }

  /**
   * Returns the value of a refused record's dead letter. A record that had none gets an empty one:
   * in this topic, which is compacted, it would be the tombstone of itself.
   */
  static byte[] value(byte @Nullable [] received) {
    byte[] value = cut(received, MAX_VALUE_BYTES);
    return value == null ? new byte[0] : value;
  }

  static byte @Nullable [] cut(byte @Nullable [] bytes, int max) {
    return bytes == null || bytes.length <= max ? bytes : Arrays.copyOf(bytes, max);
  }
}
