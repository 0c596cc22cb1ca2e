package dev.headwater.jobs.kafka;

import dev.headwater.events.DeletionHeader;
import dev.headwater.events.Heartbeat;
import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.tracing.TraceParent;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Makes the Flink source and sink of a job. */
public final class KafkaPorts {
  private static final byte[] NO_KEY = {};

  private KafkaPorts() {}

  /**
   * Reads one topic from its beginning, or from where a restored checkpoint stood, for ever.
   *
   * @param settings how to reach Kafka
   * @param topic full topic name
   * @param group consumer group that shows the job's lag; offsets are committed to it at
   *     checkpoints and never read back
   */
  public static Source<InRecord, ?, ?> source(KafkaSettings settings, String topic, String group) {
    return builder(settings, topic, group, new Reader()).build();
  }

  /** Reads one topic from its beginning to its end as it stands at the start, then finishes. */
  public static Source<InRecord, ?, ?> boundedSource(
      KafkaSettings settings, String topic, String group) {
    return builder(settings, topic, group, new Reader())
        .setBounded(OffsetsInitializer.latest())
        .build();
  }

  /** The same as {@link #source}, with the traces of the records. */
  public static Source<TracedRecord, ?, ?> tracedSource(
      KafkaSettings settings, String topic, String group) {
    return builder(settings, topic, group, new TracedReader()).build();
  }

  /** The same as {@link #boundedSource}, with the traces of the records. */
  public static Source<TracedRecord, ?, ?> boundedTracedSource(
      KafkaSettings settings, String topic, String group) {
    return builder(settings, topic, group, new TracedReader())
        .setBounded(OffsetsInitializer.latest())
        .build();
  }

  private static <T> KafkaSourceBuilder<T> builder(
      KafkaSettings settings,
      String topic,
      String group,
      KafkaRecordDeserializationSchema<T> reader) {
    return KafkaSource.<T>builder()
        .setTopics(topic)
        .setGroupId(group)
        .setClientIdPrefix(group)
        .setStartingOffsets(OffsetsInitializer.earliest())
        .setProperties(settings.consumer())
        .setDeserializer(reader);
  }

  /** Writes at least once: an update shows at once and may show twice after a restart. */
  public static Sink<OutRecord> sink(KafkaSettings settings) {
    Properties properties = settings.producer();
    return KafkaSink.<OutRecord>builder()
        .setBootstrapServers(settings.bootstrap())
        .setKafkaProducerConfig(properties)
        .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
        .setRecordSerializer(new Writer())
        .build();
  }

  private static final class Reader implements KafkaRecordDeserializationSchema<InRecord> {
    private static final long serialVersionUID = 1L;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<InRecord> out) {
      out.collect(read(record));
    }

    @Override
    public TypeInformation<InRecord> getProducedType() {
      return InRecord.TYPE;
    }
  }

  private static final class TracedReader
      implements KafkaRecordDeserializationSchema<TracedRecord> {
    private static final long serialVersionUID = 1L;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<TracedRecord> out) {
      out.collect(new TracedRecord(read(record), TraceParent.sampled(record.headers())));
    }

    @Override
    public TypeInformation<TracedRecord> getProducedType() {
      return TracedRecord.TYPE;
    }
  }

  /** Returns a record as operators take it. */
  public static InRecord read(ConsumerRecord<byte[], byte[]> record) {
    byte[] key = record.key();
    return new InRecord(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        key == null ? NO_KEY : key,
        record.value(),
        DeletionHeader.read(record.headers()),
        IncarnationHeader.read(record.headers()),
        Heartbeat.textOf(key, record.value(), record.headers()));
  }

  /** Returns a record as a producer takes it, for the partition where its key belongs. */
  public static ProducerRecord<byte[], byte[]> write(OutRecord record) {
    ProducerRecord<byte[], byte[]> result =
        new ProducerRecord<>(record.topic(), record.key(), record.value());
    String[] headers = record.headers();
    for (int i = 0; i < headers.length; i += 2) {
      String header = headers[i + 1];
      result
          .headers()
          .add(headers[i], header == null ? null : header.getBytes(StandardCharsets.ISO_8859_1));
    }
    return result;
  }

  private static final class Writer implements KafkaRecordSerializationSchema<OutRecord> {
    private static final long serialVersionUID = 1L;

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
        OutRecord record, KafkaSinkContext context, @Nullable Long timestamp) {
      if (record.partition() < 0) {
        return write(record);
      }
      ProducerRecord<byte[], byte[]> result =
          new ProducerRecord<>(
              record.topic(), partition(record, context), record.key(), record.value());
      stamp(result, record.headers()[1]);
      return result;
    }

    /** Here and not where it was made: what an operator still holds back counts as well. */
    private static void stamp(ProducerRecord<byte[], byte[]> result, @Nullable String text) {
      Heartbeat heartbeat = text == null ? null : Heartbeat.parse(text);
      if (heartbeat != null) {
        Heartbeat passed = heartbeat.passed(heartbeat.path().job(), System.currentTimeMillis());
        passed.headers().forEach(result.headers()::add);
      }
    }

    private static @Nullable Integer partition(OutRecord record, KafkaSinkContext context) {
      int[] there = context.getPartitionsForTopic(record.topic());
      return there == null || there.length == 0
          ? null
          : (Integer) there[record.partition() % there.length];
    }
  }
}
