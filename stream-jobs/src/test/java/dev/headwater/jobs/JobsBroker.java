package dev.headwater.jobs;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.events.DeadLetter;
import dev.headwater.events.DeletionHeader;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.Heartbeat;
import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.Keys;
import dev.headwater.events.MergedRow;
import dev.headwater.events.RowLog;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Topics;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.QualityWindow;
import dev.headwater.events.wire.UserHistory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A broker for the integration tests; each test has topics of its own. */
public final class JobsBroker implements AutoCloseable {
  private final EmbeddedBroker broker = EmbeddedBroker.start();

  /** Returns how tests run jobs: a failed one is started again at once. */
  public static FlinkSettings flink(Path checkpoints, String interval) {
    return FlinkSettings.in(
        checkpoints,
        Map.of(
            "checkpoint-interval", interval,
            "buffer-timeout", "2 ms",
            "restart-backoff", "100 ms",
            "restart-backoff-max", "1 s"));
  }

  /** Creates a tenant's topics. */
  public Tenant tenant(String prefix) {
    return tenant(prefix, 2);
  }

  /** Creates a tenant's topics with so many partitions. */
  public Tenant tenant(String prefix, int partitions) {
    KafkaSettings kafka = new KafkaSettings(broker.bootstrap(), new Topics(prefix), Map.of());
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      admin.create(partitions);
    }
    return new Tenant(kafka);
  }

  /** Stops the broker; its data and port stay. */
  public void stop() {
    broker.stop();
  }

  /** Starts the stopped broker again. */
  public void restart() {
    broker.restart();
  }

  @Override
  public void close() {
    broker.close();
  }

  /** A tenant: sends records, and remembers what the jobs wrote. */
  public static final class Tenant implements AutoCloseable {
    private final KafkaSettings kafka;
    private final KafkaProducer<byte[], byte[]> producer;
    private final TopicFollower follower;
    private final Map<String, EmbeddingRow> tuned = new ConcurrentHashMap<>();
    private final Map<String, EmbeddingRow> cold = new ConcurrentHashMap<>();
    private final List<QualityWindow> quality = new CopyOnWriteArrayList<>();
    private final List<EmbeddingRow> weights = new CopyOnWriteArrayList<>();
    private final List<String> deadLetters = new CopyOnWriteArrayList<>();
    private final List<String> coldKeys = new CopyOnWriteArrayList<>();
    private final List<Long> coldRevisions = new CopyOnWriteArrayList<>();
    private final List<Returned> heartbeats = new CopyOnWriteArrayList<>();
    private final AtomicLong notNewer = new AtomicLong();
    private final Map<String, DeletionReceipt> receipts = new ConcurrentHashMap<>();

    /** A heartbeat that a job passed on. */
    public record Returned(String topic, int partition, Heartbeat heartbeat) {}

    private Tenant(KafkaSettings kafka) {
      this.kafka = kafka;
      this.producer =
          new KafkaProducer<>(
              kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
      Topics topics = kafka.topics();
      this.follower =
          new TopicFollower(
                  "test",
                  kafka,
                  List.of(
                      topics.fineTunedRows(),
                      topics.coldStartRows(),
                      topics.quality(),
                      topics.deletionReceipts(),
                      topics.deadLetters()),
                  this::onRecord)
              .start();
    }

    private void onRecord(ConsumerRecord<byte[], byte[]> record)
        throws InvalidProtocolBufferException, RejectedRecordException {
      Topics topics = kafka.topics();
      byte[] value = record.value();
      if (record.topic().equals(topics.deletionReceipts())) {
        DeletionReceipt receipt = Objects.requireNonNull(DeletionReceipt.parse(value));
        receipts.put(receipt.key(), receipt);
      } else if (record.topic().equals(topics.quality())) {
        quality.add(QualityWindow.parseFrom(value));
      } else if (record.topic().equals(topics.deadLetters())) {
        deadLetters.add(Objects.requireNonNull(DeadLetter.from(record.headers())).reason().code());
      } else {
        Heartbeat heartbeat = Heartbeat.read(record.key(), value, record.headers());
        if (heartbeat != null) {
          heartbeats.add(new Returned(record.topic(), record.partition(), heartbeat));
          return;
        }
        RowRecord row = new RowLog(topics).read(record);
        if (row != null && row.isRanker()) {
          weights.add(Objects.requireNonNull(row.row()));
        } else if (row != null) {
          onRow(row);
        }
      }
    }

    private void onRow(RowRecord record) {
      EmbeddingRow row = record.row();
      boolean isTuned = record.kind() == RowRecord.Kind.TUNED;
      Map<String, EmbeddingRow> rows = isTuned ? tuned : cold;
      if (!isTuned) {
        coldKeys.add(record.item());
        coldRevisions.add(row == null ? -1 : row.getRevision());
      }
      if (row == null) {
        rows.remove(record.item());
        return;
      }
      EmbeddingRow before = rows.put(record.item(), row);
      if (isTuned
          && before != null
          && MergedRow.VERSION_ORDER.compare(row.getVersion(), before.getVersion()) <= 0) {
        notNewer.incrementAndGet();
      }
    }

    /** How to reach it. */
    public KafkaSettings kafka() {
      return kafka;
    }

    /** Its topics. */
    public Topics topics() {
      return kafka.topics();
    }

    /** The last fine-tuned row of each item. */
    public Map<String, EmbeddingRow> tuned() {
      return tuned;
    }

    /** The rows of the domain's weights, in order. */
    public List<EmbeddingRow> weights() {
      return weights;
    }

    /** How many fine-tuned rows did not have a higher version than the one before them. */
    public long notNewer() {
      return notNewer.get();
    }

    /** The last cold row of each item. */
    public Map<String, EmbeddingRow> cold() {
      return cold;
    }

    /** The item of each record in the cold topic, in order. */
    public List<String> coldKeys() {
      return coldKeys;
    }

    /** Quality windows, in order. */
    public List<QualityWindow> quality() {
      return quality;
    }

    /** Receipts by key. */
    public Map<String, DeletionReceipt> receipts() {
      return receipts;
    }

    /** Heartbeats that the jobs passed on, in order. */
    public List<Returned> heartbeats() {
      return heartbeats;
    }

    /** Sends a heartbeat as ingest does. */
    public void beat(String topic, String domain, Heartbeat heartbeat, int partitions) {
      byte[] key =
          Heartbeat.key(domain, heartbeat.partition(), partitions).getBytes(StandardCharsets.UTF_8);
      try {
        producer
            .send(new ProducerRecord<>(topic, null, key, null, heartbeat.headers()))
            .get(20, TimeUnit.SECONDS);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    /** Reason codes of dead letters, in order. */
    public List<String> deadLetters() {
      return deadLetters;
    }

    /** Sends one record and waits for it. */
    public void send(String topic, String key, byte @Nullable [] value) {
      await(begin(topic, key, value));
    }

    /** Sends without waiting; whoever asked waits for all that was begun with {@link #await}. */
    public Future<RecordMetadata> begin(String topic, String key, byte @Nullable [] value) {
      return producer.send(
          new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value));
    }

    /** Waits until it is in the topic. */
    public void await(Future<RecordMetadata> sent) {
      try {
        sent.get(20, TimeUnit.SECONDS);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    /** Announces a bundle as a domain's model. */
    public void announce(String domain, String bundle) {
      Announcement announcement =
          Announcement.newBuilder()
              .setDomain(domain)
              .setKind(Announcement.Kind.ANNOUNCED)
              .setModelVersion(bundle)
              .build();
      send(topics().announcements(), domain, announcement.toByteArray());
    }

    /** The revisions of the cold rows in order, -1 for a tombstone. */
    public List<Long> coldRevisions() {
      return coldRevisions;
    }

    /** Sends a tombstone that ends an incarnation. */
    public void end(String topic, String key, long incarnation) {
      tombstone(topic, key, IncarnationHeader.of(incarnation));
    }

    /** Sends a tombstone that goes back to a deletion request. */
    public void delete(String topic, String key, long deletedMs) {
      tombstone(topic, key, DeletionHeader.of(deletedMs));
    }

    private void tombstone(String topic, String key, Header header) {
      var record =
          new ProducerRecord<byte[], byte[]>(topic, key.getBytes(StandardCharsets.UTF_8), null);
      record.headers().add(header);
      try {
        producer.send(record).get(20, TimeUnit.SECONDS);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    /** Sends a cold row. */
    public void cold(EmbeddingRow row) {
      send(
          topics().coldStartRows(),
          Keys.of(row.getDomain(), row.getModel(), row.getItem()),
          row.toByteArray());
    }

    /** Sends the tombstone of a cold row. */
    public void coldTombstone(DomainModel model, String item) {
      send(topics().coldStartRows(), model.rowKey(item), null);
    }

    /** Sends the history records of a user who clicked on these items, one a click. */
    public void clicks(String user, String... items) {
      List<HistoryEntry> entries = new ArrayList<>();
      for (int i = 0; i < items.length; i++) {
        entries.add(HistoryEntry.newBuilder().setItem(items[i]).setEventTimeMs(1_000 + i).build());
        UserHistory history =
            UserHistory.newBuilder()
                .setDomain("shop")
                .setUser(user)
                .setSeq(i + 1)
                .setCause(UserHistory.Cause.EVENT)
                .setNewIndex(i)
                .addAllEntries(entries)
                .setEventId(user + "-" + (i + 1))
                .setEventTimeMs(1_000 + i)
                .setPublishedMs(System.currentTimeMillis())
                .build();
        send(topics().userHistories(), "shop/" + user, history.toByteArray());
      }
    }

    @Override
    public void close() {
      follower.close();
      producer.close();
    }
  }
}
