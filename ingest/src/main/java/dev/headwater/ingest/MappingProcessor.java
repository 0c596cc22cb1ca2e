package dev.headwater.ingest;

import dev.headwater.events.DeadLetter;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.mapping.ForeignRecord;
import dev.headwater.mapping.Mapped;
import dev.headwater.mapping.Mapper;
import dev.headwater.mapping.Outcome;
import dev.headwater.mapping.RegistryUnavailableException;
import dev.headwater.tracing.TraceParent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes public records of those of one foreign topic; what is refused goes to the dead letters as
 * received. A schema registry that does not answer fails the thread, which then tries again.
 */
final class MappingProcessor implements Processor<byte[], byte[], byte[], byte[]> {
  private static final Logger LOG = LoggerFactory.getLogger(MappingProcessor.class);

  private static final long YOUNG_MS = Duration.ofHours(1).toMillis();

  private final Mapper mapper;
  private final MappingMetrics all;
  private final MappingMetrics.OfTopic metrics;
  private final String into;
  private final String deadLetters;
  private final boolean toInteractions;
  private ProcessorContext<byte[], byte[]> context;

  /**
   * Creates one.
   *
   * @param mapper for this task alone
   * @param toInteractions whether what it makes are interactions, which are kept for some days
   * @param into child that writes to the public topic
   * @param deadLetters child that writes dead letters
   */
  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  MappingProcessor(
      Mapper mapper,
      boolean toInteractions,
      MappingMetrics metrics,
      String topic,
      String into,
      String deadLetters) {
    this.mapper = mapper;
    this.toInteractions = toInteractions;
    this.all = metrics;
    this.metrics = metrics.of(topic);
    this.into = into;
    this.deadLetters = deadLetters;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata place = context.recordMetadata().orElseThrow();
    String partition = place.topic() + "-" + place.partition();
    all.observe(record.timestamp());
    ForeignRecord foreign = foreign(record, place);
    try {
      Refusal.check(record.headers());
      Outcome outcome = mapper.map(foreign);
      outcome.records().forEach(mapped -> forward(record, mapped));
      metrics.mapped(outcome.records().size());
    } catch (RejectedRecordException e) {
      refuse(record, foreign, e);
    } catch (RegistryUnavailableException e) {
      // Streams' own: no fault of the record, so that it is not taken for poison.
      all.hold(partition, record.timestamp());
      throw new StreamsException(e.getMessage(), e);
    }
    all.release(partition);
  }

  /** Of the platform's headers only the trace goes on. */
  private void forward(Record<byte[], byte[]> record, Mapped mapped) {
    RecordHeaders headers = new RecordHeaders();
    Header trace = record.headers().lastHeader(TraceParent.NAME);
    if (trace != null) {
      headers.add(trace);
    }
    byte[] key = mapped.key().getBytes(StandardCharsets.UTF_8);
    context.forward(
        record
            .withKey(key)
            .withValue(mapped.value())
            .withHeaders(headers)
            .withTimestamp(keptAt(record.timestamp())),
        into);
  }

  /**
   * When the event happened stands in its value. By the time of an old record brokers would take it
   * out of {@code interactions} again, before it is read.
   */
  private long keptAt(long timestampMs) {
    return toInteractions
        ? Math.max(timestampMs, context.currentSystemTimeMs() - YOUNG_MS)
        : timestampMs;
  }

  private void refuse(
      Record<byte[], byte[]> record, ForeignRecord foreign, RejectedRecordException why) {
    metrics.refused(why.reason());
    if (LOG.isDebugEnabled()) {
      LOG.debug("{}@{} refused: {}", foreign.topic(), foreign.offset(), why.detail());
    }
    DeadLetter letter =
        new DeadLetter(
            why.reason(), why.detail(), foreign.topic(), foreign.partition(), foreign.offset());
    Headers headers =
        letter.headers(DeadLetterWriter.cut(record.key(), DeadLetterWriter.MAX_KEY_BYTES));
    String subject = mapper.subject(foreign);
    if (subject != null) {
      DeadLetter.addSubject(headers, subject);
    }
    context.forward(
        record
            .withKey(letter.recordKey())
            .withValue(DeadLetterWriter.value(record.value()))
            .withHeaders(headers),
        deadLetters);
  }

  private static ForeignRecord foreign(Record<byte[], byte[]> record, RecordMetadata place) {
    Map<String, byte[]> headers = new HashMap<>();
    for (Header header : record.headers()) {
      if (header.value() != null) {
        headers.put(header.key(), header.value());
      }
    }
    return new ForeignRecord(
        place.topic(),
        place.partition(),
        place.offset(),
        record.timestamp(),
        record.key(),
        record.value(),
        headers);
  }
}
