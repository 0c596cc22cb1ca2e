package dev.headwater.ingest;

import dev.headwater.events.DeadLetter;
import dev.headwater.events.Heartbeat;
import dev.headwater.events.PublicRecords;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Judges one record of {@code interactions}. The key should read {@code domain/user} and the record
 * stand in that key's partition; where it does not, the value decides and the record goes round
 * through the re-key topic, so that a user never has two histories.
 */
final class InteractionCheck implements Processor<byte[], byte[], byte[], Verdict> {
  private final IngestConfig config;
  private final IngestMetrics metrics;
  private final IngestTracing tracing;
  private final @Nullable HomePartition home;
  private ProcessorContext<byte[], Verdict> context;

  /**
   * Creates one.
   *
   * @param home null behind the re-key topic, where every record stands in its partition
   */
  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  InteractionCheck(
      IngestConfig config,
      IngestMetrics metrics,
      IngestTracing tracing,
      @Nullable HomePartition home) {
    this.config = config;
    this.metrics = metrics;
    this.tracing = tracing;
    this.home = home;
  }

  @Override
  public void init(ProcessorContext<byte[], Verdict> context) {
    this.context = context;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata source = context.recordMetadata().orElseThrow();
    metrics.observe(record.timestamp());
    Heartbeat beat = Heartbeat.read(record.key(), record.value(), record.headers());
    if (beat != null) {
      passOn(record, beat);
    } else if (tracing.isOn()) {
      traced(record, source);
    } else {
      judge(record, source);
    }
  }

  @SuppressWarnings("try") // The scope is there to be closed.
  private void traced(Record<byte[], byte[]> record, RecordMetadata source) {
    Span span = tracing.begin(source, record.headers(), home != null);
    try (Scope scope = span.makeCurrent()) {
      judge(record, source);
    } finally {
      span.end();
    }
  }

  private void judge(Record<byte[], byte[]> record, RecordMetadata source) {
    try {
      Interaction interaction = accept(record);
      byte[] key = interaction.key().getBytes(StandardCharsets.UTF_8);
      if (isHome(source, record.key(), key)) {
        forward(record, key, new Verdict.Event(interaction));
      } else {
        metrics.rekeyed();
        tracing.outcome("rekeyed");
        forward(record, key, new Verdict.Stray(record.value()));
      }
    } catch (RejectedRecordException e) {
      tracing.refused(e.reason().code());
      DeadLetter letter =
          new DeadLetter(
              e.reason(), e.detail(), source.topic(), source.partition(), source.offset());
      context.forward(record.withValue(new Verdict.Refused(letter, record.key(), record.value())));
    }
  }

  private void passOn(Record<byte[], byte[]> record, Heartbeat beat) {
    if (metrics.heartbeat(Heartbeat.domain(record.key()))) {
      context.forward(record.withValue(new Verdict.Beat(beat)).withHeaders(new RecordHeaders()));
    }
  }

  /** Passes on without the client's headers, whose size nobody bounds, but for the trace. */
  private void forward(Record<byte[], byte[]> record, byte[] key, Verdict verdict) {
    context.forward(record.withKey(key).withValue(verdict).withHeaders(tracing.headers()));
  }

  private Interaction accept(Record<byte[], byte[]> record) throws RejectedRecordException {
    Refusal.check(record.headers());
    byte[] value = record.value();
    if (value == null) {
      throw new RejectedRecordException(ReasonCode.NOT_JSON, "no value");
    }
    int bytes = value.length + (record.key() == null ? 0 : record.key().length);
    config.limits().records().interaction(bytes);
    long latestMs = context.currentSystemTimeMs() + config.limits().clockSkew().toMillis();
    Interaction interaction = PublicRecords.parseInteraction(value, latestMs);
    if (!config.accepts(interaction.domain())) {
      throw new RejectedRecordException(
          ReasonCode.UNKNOWN_DOMAIN, "domain '" + interaction.domain() + "' is not configured");
    }
    return interaction;
  }

  private boolean isHome(RecordMetadata source, byte @Nullable [] received, byte[] key) {
    return home == null || (Arrays.equals(received, key) && home.of(key) == source.partition());
  }
}
