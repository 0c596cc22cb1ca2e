package dev.headwater.bench.serving;

import com.google.protobuf.ByteString;
import dev.headwater.events.Keys;
import dev.headwater.events.Topics;
import dev.headwater.events.Vectors;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.NearText;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.idp.rank.RankerCodec;
import dev.headwater.idp.rank.RankerPrior;
import dev.headwater.idp.rank.RankerState;
import dev.headwater.idp.rank.RankerWeights;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Writes what the jobs and ingest would write. Thread-safe. */
final class BenchTopics implements AutoCloseable {
  private static final String DOMAIN = ServeBenchConfig.DOMAIN;

  private final Topics topics;
  private final String model;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicLong failed = new AtomicLong();

  BenchTopics(KafkaSettings kafka, String model) {
    this.topics = kafka.topics();
    this.model = model;
    Properties properties = kafka.producer();
    properties.put("buffer.memory", Integer.toString(64 << 20));
    producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** What ingest, ColdStartJob and FineTuneJob would have written of so many items so far. */
  void table(BenchData data, int items) {
    BenchLists lists = new BenchLists(data, items);
    for (int i = 0; i < items; i++) {
      accepted(BenchCatalog.item(i));
      cold(BenchData.item(i), 1, data.vector(i, 0), lists.near(i));
      if (lists.isTaken(i)) {
        tuned(BenchData.item(i), 1, 1, data.vector(i, 0), lists.counts(i, 0));
      }
    }
    weights(1);
  }

  void announce() {
    send(
        topics.announcements(),
        DOMAIN,
        Announcement.newBuilder()
            .setDomain(DOMAIN)
            .setModelVersion(model)
            .setKind(Announcement.Kind.ANNOUNCED)
            .build()
            .toByteArray());
  }

  /** Announces what the store announces after a rollback. */
  void announceRollback(long version, long generation) {
    send(
        topics.announcements(),
        DOMAIN,
        Announcement.newBuilder()
            .setDomain(DOMAIN)
            .setModel(model)
            .setModelVersion(model)
            .setKind(Announcement.Kind.ROLLED_BACK)
            .setTableVersion(version)
            .setAnnouncedVersion(version)
            .setGeneration(generation)
            .build()
            .toByteArray());
  }

  void accepted(AcceptedItem item) {
    send(topics.acceptedItems(), Keys.of(DOMAIN, item.getItem()), item.toByteArray());
  }

  void cold(String item, long incarnation, float[] vector) {
    cold(item, incarnation, vector, List.of());
  }

  void cold(String item, long incarnation, float[] vector, List<NearText> near) {
    row(
        topics.coldStartRows(),
        item,
        EmbeddingRow.newBuilder()
            .addAllNearTexts(near)
            .setIncarnation(incarnation)
            .setRevision(incarnation)
            .setOrigin(EmbeddingRow.Origin.COLD_START)
            .setVector(Vectors.fp32(vector)));
  }

  void tuned(String item, long incarnation, long step, float[] vector) {
    tuned(item, incarnation, version(0, step), vector);
  }

  void tuned(String item, long incarnation, RowVersion version, float[] vector) {
    tuned(item, incarnation, version, vector, ByteString.EMPTY);
  }

  void tuned(String item, long incarnation, long step, float[] vector, ByteString counts) {
    tuned(item, incarnation, version(0, step), vector, counts);
  }

  private void tuned(
      String item, long incarnation, RowVersion version, float[] vector, ByteString counts) {
    row(
        topics.fineTunedRows(),
        item,
        EmbeddingRow.newBuilder()
            .setCounts(counts)
            .setIncarnation(incarnation)
            .setVersion(version)
            .setOrigin(EmbeddingRow.Origin.FINE_TUNED)
            .setInteractionsLearned(version.getStep())
            .setVector(Vectors.fp32(vector)));
  }

  /** The weights of a ranker that has learned from so many clicks. */
  void weights(long clicks) {
    RankerWeights weights = new RankerWeights(clicks, RankerPrior.weights().weights());
    byte[] bytes = RankerCodec.encode(RankerState.of(weights));
    row(
        topics.fineTunedRows(),
        Identifiers.RANKER_ITEM,
        EmbeddingRow.newBuilder()
            .setVersion(version(0, clicks))
            .setOrigin(EmbeddingRow.Origin.FINE_TUNED)
            .setRanker(ByteString.copyFrom(bytes)));
  }

  /** The row goes back to the one that its text made. */
  void rolledBack(String item, long incarnation, RowVersion version) {
    row(
        topics.rollbackRows(),
        item,
        EmbeddingRow.newBuilder()
            .setIncarnation(incarnation)
            .setVersion(version)
            .setOrigin(EmbeddingRow.Origin.ROLLBACK));
  }

  static RowVersion version(long generation, long step) {
    return RowVersion.newBuilder().setGeneration(generation).setEpoch(1).setStep(step).build();
  }

  private void row(String topic, String item, EmbeddingRow.Builder row) {
    long now = System.currentTimeMillis();
    send(
        topic,
        Keys.of(DOMAIN, model, item),
        row.setDomain(DOMAIN)
            .setModel(model)
            .setItem(item)
            .setCausedMs(now)
            .setComputedMs(now)
            .setPublishedMs(now)
            .build()
            .toByteArray());
  }

  void remove(String item) {
    send(topics.coldStartRows(), Keys.of(DOMAIN, model, item), null);
  }

  void history(String user, int[] items, String eventId) {
    long now = System.currentTimeMillis();
    UserHistory.Builder history =
        UserHistory.newBuilder()
            .setDomain(DOMAIN)
            .setUser(user)
            .setSeq(items.length)
            .setCause(UserHistory.Cause.EVENT)
            .setNewIndex(items.length - 1)
            .setEventId(eventId)
            .setEventTimeMs(now)
            .setPublishedMs(now);
    for (int item : items) {
      history.addEntries(HistoryEntry.newBuilder().setItem(BenchData.item(item)));
    }
    send(topics.userHistories(), Keys.of(DOMAIN, user), history.build().toByteArray());
  }

  private void send(String topic, String key, byte @Nullable [] value) {
    var unused =
        producer.send(
            new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value),
            (metadata, failure) -> {
              if (failure != null) {
                failed.incrementAndGet();
              }
            });
  }

  void flush() {
    producer.flush();
    if (failed.get() > 0) {
      throw new IllegalStateException(failed.get() + " records could not be written");
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
