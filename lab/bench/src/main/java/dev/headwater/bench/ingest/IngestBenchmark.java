package dev.headwater.bench.ingest;

import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.ingest.IngestCounts;
import dev.headwater.ingest.IngestService;
import dev.headwater.platform.report.Await;
import dev.headwater.platform.report.VerbException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends events to a running {@link IngestService} as fast as the broker takes them, and times from
 * the first send until the last one's effects are committed. What came out is counted in the topics
 * themselves, not by ingest. Fresh topics are assumed: nobody else may publish meanwhile.
 */
public final class IngestBenchmark {
  private static final Duration LIMIT = Duration.ofMinutes(15);

  private final IngestBenchmarkConfig config;
  private final KafkaSettings kafka;
  private final String applicationId;
  private final IngestService service;
  private final LongConsumer progress;

  /**
   * Prepares a run.
   *
   * @param config what to send
   * @param kafka the broker
   * @param applicationId the service's, whose commits are watched
   * @param service started
   * @param progress told the number of events handled now and then
   */
  public IngestBenchmark(
      IngestBenchmarkConfig config,
      KafkaSettings kafka,
      String applicationId,
      IngestService service,
      LongConsumer progress) {
    this.config = config;
    this.kafka = kafka;
    this.applicationId = applicationId;
    this.service = service;
    this.progress = progress;
  }

  /** Fills the histories, then measures. */
  public IngestBenchmarkResult run(long baseMs) throws InterruptedException {
    EventSource source = new EventSource(config, baseMs);
    try (Admin admin = Admin.create(kafka.admin());
        Producer<byte[], byte[]> producer = producer()) {
      long begunNs = System.nanoTime();
      Send send = new Send(producer);
      for (int round = 0; round < config.fill(); round++) {
        for (int user = 0; user < config.users(); user++) {
          send.accept(source.of(user));
        }
      }
      producer.flush();
      awaitCommitted(admin);
      double fillSeconds = (System.nanoTime() - begunNs) / 1e9;
      return measured(admin, producer, source, fillSeconds);
    }
  }

  private IngestBenchmarkResult measured(
      Admin admin, Producer<byte[], byte[]> producer, EventSource source, double fillSeconds)
      throws InterruptedException {
    String histories = kafka.topics().userHistories();
    String deadLetters = kafka.topics().deadLetters();
    RecordCount appended = RecordCount.from(kafka, histories);
    RecordCount refused = RecordCount.from(kafka, deadLetters);
    IngestCounts before = service.counts();
    long goodBefore = source.good();
    Send send = new Send(producer);
    long begunNs = System.nanoTime();
    for (int i = 0; i < config.events(); i++) {
      send.accept(source.next());
    }
    producer.flush();
    send.check();
    awaitCommitted(admin);
    double seconds = (System.nanoTime() - begunNs) / 1e9;
    long good = source.good() - goodBefore;
    long deadLettered = refused.count();
    return new IngestBenchmarkResult(
        config.events() / seconds,
        good - appended.count() + source.bad() - deadLettered,
        source.repeats(),
        service.counts().duplicates() - before.duplicates(),
        deadLettered,
        seconds,
        fillSeconds);
  }

  private Producer<byte[], byte[]> producer() {
    Properties properties = kafka.producer();
    properties.put("linger.ms", "20");
    properties.put("batch.size", Integer.toString(128 << 10));
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Waits until the service has committed everything that stands in the topic now. */
  private void awaitCommitted(Admin admin) throws InterruptedException {
    Map<TopicPartition, Long> ends = ends(admin);
    Await.until(
        "ingest to finish",
        LIMIT,
        () -> {
          if (service.failure() != null || !service.isRunning()) {
            throw new VerbException("ingest did not finish: " + service.state());
          }
          progress.accept(service.counts().interactions());
          return isCommitted(admin, ends);
        });
  }

  private boolean isCommitted(Admin admin, Map<TopicPartition, Long> ends)
      throws InterruptedException {
    Map<TopicPartition, @Nullable OffsetAndMetadata> committed =
        get(admin.listConsumerGroupOffsets(applicationId).partitionsToOffsetAndMetadata());
    return ends.entrySet().stream()
        .allMatch(
            end -> {
              OffsetAndMetadata at = committed.get(end.getKey());
              return end.getValue() == 0 || (at != null && at.offset() >= end.getValue());
            });
  }

  private Map<TopicPartition, Long> ends(Admin admin) throws InterruptedException {
    String topic = kafka.topics().interactions();
    int partitions =
        get(admin.describeTopics(List.of(topic)).allTopicNames())
            .values()
            .iterator()
            .next()
            .partitions()
            .size();
    Map<TopicPartition, OffsetSpec> latest =
        IntStream.range(0, partitions)
            .mapToObj(partition -> new TopicPartition(topic, partition))
            .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
    return get(admin.listOffsets(latest).all()).entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, IngestBenchmark::offset));
  }

  private static long offset(
      Map.Entry<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> entry) {
    return entry.getValue().offset();
  }

  private static <T> T get(KafkaFuture<T> future) throws InterruptedException {
    try {
      return future.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the broker did not answer", e);
    }
  }

  /** Sends, and keeps the first error. */
  private final class Send {
    private final Producer<byte[], byte[]> producer;
    private final AtomicReference<@Nullable Exception> error = new AtomicReference<>();

    Send(Producer<byte[], byte[]> producer) {
      this.producer = producer;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback keeps the error
    void accept(EventSource.Sent sent) {
      producer.send(
          new ProducerRecord<>(kafka.topics().interactions(), sent.key(), sent.value()),
          (metadata, e) -> {
            if (e != null) {
              error.compareAndSet(null, e);
            }
          });
    }

    void check() {
      Exception e = error.get();
      if (e != null) {
        throw new IllegalStateException("an event could not be sent", e);
      }
    }
  }
}
