package dev.headwater.platform.load;

import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.platform.report.Await;
import dev.headwater.platform.report.VerbException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Publishes a request to delete a user or an item, and collects the receipts by which each hop says
 * when it had nothing left. For one thread.
 */
public final class DeletionRun {
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(60);

  private final KafkaSettings kafka;
  private final Map<String, Long> absentMs = Collections.synchronizedMap(new TreeMap<>());

  /** Makes one on a broker. */
  public DeletionRun(KafkaSettings kafka) {
    this.kafka = kafka;
  }

  /** The hops that answer for a user, or for an item. */
  public static Set<String> hops(Deletion.Kind kind) {
    return kind == Deletion.Kind.USER
        ? Set.of(DeletionReceipt.INGEST, DeletionReceipt.DEAD_LETTERS, DeletionReceipt.SERVING)
        : Set.of(
            DeletionReceipt.INGEST,
            DeletionReceipt.COLD_START,
            DeletionReceipt.FINE_TUNE,
            DeletionReceipt.MODEL_STORE,
            DeletionReceipt.SERVING);
  }

  /**
   * Publishes the request and waits until every hop has answered, or for so long.
   *
   * @return for each hop that answered, when it had nothing left, Unix milliseconds
   * @throws VerbException when the request cannot be published
   */
  public Map<String, Long> run(Deletion deletion, Duration atMost) throws InterruptedException {
    long sentMs = send(deletion);
    try (TopicFollower receipts =
        new TopicFollower(
                "deletion-" + deletion.id(),
                kafka,
                List.of(kafka.topics().deletionReceipts()),
                record -> onReceipt(record, deletion, sentMs))
            .start()) {
      receipts.awaitCaughtUp(READ_TIMEOUT);
      Set<String> hops = hops(deletion.kind());
      // Who has not answered by then is missing in what is returned.
      var unused = Await.within(atMost, () -> absentMs.keySet().containsAll(hops));
    }
    return Map.copyOf(absentMs);
  }

  private void onReceipt(ConsumerRecord<byte[], byte[]> record, Deletion deletion, long sentMs) {
    byte[] value = record.value();
    DeletionReceipt receipt = value == null ? null : DeletionReceipt.parse(value);
    if (receipt != null
        && receipt.domain().equals(deletion.domain())
        && receipt.kind() == deletion.kind()
        && receipt.id().equals(deletion.id())
        && receipt.deletedMs() >= sentMs) {
      absentMs.put(receipt.hop(), receipt.absentMs());
    }
  }

  /** Returns the record's time, by which everybody knows this request. */
  private long send(Deletion deletion) throws InterruptedException {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
      if (deletion.kind() == Deletion.Kind.ITEM) {
        // The raw item is the merchant's own record: without its tombstone a replay would offer it.
        producer
            .send(
                new ProducerRecord<>(
                    kafka.topics().catalog(),
                    deletion.subject().getBytes(StandardCharsets.UTF_8),
                    null))
            .get();
      }
      return producer
          .send(
              new ProducerRecord<>(
                  kafka.topics().deletions(),
                  deletion.key().getBytes(StandardCharsets.UTF_8),
                  deletion.toJson()))
          .get()
          .timestamp();
    } catch (ExecutionException e) {
      throw new VerbException("the request could not be published: " + e.getCause());
    }
  }
}
