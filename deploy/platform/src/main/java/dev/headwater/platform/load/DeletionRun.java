package dev.headwater.platform.load;

import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.platform.report.Await;
import dev.headwater.platform.report.VerbException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
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
  private final int servingNodes;
  private final Map<String, Long> absentMs = new ConcurrentHashMap<>();
  private final Set<String> answered = ConcurrentHashMap.newKeySet();

  /**
   * Makes one on a broker.
   *
   * @param servingNodes how many serving nodes must answer: each holds all users and items
   */
  public DeletionRun(KafkaSettings kafka, int servingNodes) {
    this.kafka = kafka;
    this.servingNodes = servingNodes;
  }

  /** The hops that answer for a user, or for an item. */
  public static Set<String> hops(Deletion.Kind kind) {
    return kind == Deletion.Kind.USER
        ? Set.of(
            DeletionReceipt.INGEST,
            DeletionReceipt.DEAD_LETTERS,
            DeletionReceipt.FINE_TUNE,
            DeletionReceipt.SERVING)
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
   * @return for each hop that answered, when it had nothing left, Unix milliseconds: the last of
   *     its nodes, where enough of them answered
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
      var unused = Await.within(atMost, () -> present().keySet().containsAll(hops));
    }
    return present();
  }

  private Map<String, Long> present() {
    Map<String, Long> present = new TreeMap<>(absentMs);
    if (answered.size() < servingNodes) {
      present.remove(DeletionReceipt.SERVING);
    }
    return present;
  }

  private void onReceipt(ConsumerRecord<byte[], byte[]> record, Deletion deletion, long sentMs) {
    byte[] value = record.value();
    DeletionReceipt receipt = value == null ? null : DeletionReceipt.parse(value);
    if (receipt != null
        && receipt.domain().equals(deletion.domain())
        && receipt.kind() == deletion.kind()
        && receipt.id().equals(deletion.id())
        && receipt.deletedMs() >= sentMs) {
      if (receipt.hop().equals(DeletionReceipt.SERVING)) {
        answered.add(receipt.node());
      }
      absentMs.merge(receipt.hop(), receipt.absentMs(), Math::max);
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
