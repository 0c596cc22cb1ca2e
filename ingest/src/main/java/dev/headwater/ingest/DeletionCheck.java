package dev.headwater.ingest;

import dev.headwater.events.DeadLetter;
import dev.headwater.events.Deletion;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Judges one record of {@code deletions}. A good one goes on under the key of its user or item with
 * its record time, which every part takes for the deletion's ({@link
 * dev.headwater.events.DeletionTime}). A tombstone asks for nothing.
 */
final class DeletionCheck implements Processor<byte[], byte[], byte[], Verdict> {
  private final IngestConfig config;
  private ProcessorContext<byte[], Verdict> context;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  DeletionCheck(IngestConfig config) {
    this.config = config;
  }

  @Override
  public void init(ProcessorContext<byte[], Verdict> context) {
    this.context = context;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    byte[] value = record.value();
    if (value == null && record.headers().lastHeader(Refusal.HEADER) == null) {
      return;
    }
    try {
      Refusal.check(record.headers());
      String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
      Deletion deletion = Deletion.parse(key, value);
      if (!config.accepts(deletion.domain())) {
        throw new RejectedRecordException(
            ReasonCode.UNKNOWN_DOMAIN, "domain '" + deletion.domain() + "' is not configured");
      }
      Verdict passedOn = new Verdict.DeletionRequest(deletion.kind());
      context.forward(
          new Record<>(
              deletion.subject().getBytes(StandardCharsets.UTF_8),
              passedOn,
              record.timestamp(),
              new RecordHeaders()));
    } catch (RejectedRecordException e) {
      RecordMetadata at = context.recordMetadata().orElseThrow();
      DeadLetter letter =
          new DeadLetter(e.reason(), e.detail(), at.topic(), at.partition(), at.offset());
      context.forward(record.withValue(new Verdict.Refused(letter, record.key(), value)));
    }
  }
}
