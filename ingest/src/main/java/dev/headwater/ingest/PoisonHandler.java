package dev.headwater.ingest;

import dev.headwater.events.DeadLetter;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.mapping.RegistryUnavailableException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last net: a record that makes our own code throw goes to the dead letters and the stream goes
 * on. Trouble with Kafka or with a store is no fault of the record and stops the thread, which is
 * then replaced.
 */
public final class PoisonHandler implements ProcessingExceptionHandler {
  /** Configuration key of the dead-letter topic's name. */
  static final String TOPIC = "headwater.ingest.dead.letters";

  /** Configuration key of the {@link IngestMetrics}. */
  static final String METRICS = "headwater.ingest.metrics";

  /** Configuration key of the catalog topic's name. */
  static final String CATALOG = "headwater.ingest.catalog";

  private static final Logger LOG = LoggerFactory.getLogger(PoisonHandler.class);

  private String topic = "";
  private String catalog = "";
  private IngestMetrics metrics;

  /** For Kafka Streams, which calls {@link #configure} next. */
  @SuppressWarnings("NullAway.Init")
  public PoisonHandler() {}

  @Override
  public void configure(Map<String, ?> configs) {
    topic = String.valueOf(configs.get(TOPIC));
    catalog = String.valueOf(configs.get(CATALOG));
    metrics = (IngestMetrics) Objects.requireNonNull(configs.get(METRICS), METRICS);
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, Record<?, ?> record, Exception exception) {
    if (exception.getCause() instanceof RegistryUnavailableException) {
      return Response.fail(); // whoever starts the thread again says why
    }
    if (exception instanceof KafkaException) {
      LOG.error("{} failed in {}", context.taskId(), context.processorNodeId(), exception);
      return Response.fail();
    }
    LOG.error(
        "record {}-{}@{} made {} fail and goes to the dead letters",
        context.topic(),
        context.partition(),
        context.offset(),
        context.processorNodeId(),
        exception);
    boolean isItem = String.valueOf(context.topic()).contains(catalog);
    metrics.deadLettered(
        isItem ? IngestMetrics.Source.CATALOG : IngestMetrics.Source.INTERACTIONS,
        ReasonCode.PROCESSING_FAILED);
    DeadLetter letter =
        new DeadLetter(
            ReasonCode.PROCESSING_FAILED,
            context.processorNodeId() + ": " + exception,
            String.valueOf(context.topic()),
            context.partition(),
            context.offset());
    return Response.resume(
        List.of(
            new ProducerRecord<>(
                topic,
                null,
                context.timestamp(),
                letter.recordKey(),
                DeadLetterWriter.value(context.sourceRawValue()),
                letter.headers(
                    DeadLetterWriter.cut(
                        context.sourceRawKey(), DeadLetterWriter.MAX_KEY_BYTES)))));
  }
}
