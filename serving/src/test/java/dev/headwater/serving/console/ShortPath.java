package dev.headwater.serving.console;

import com.google.protobuf.MessageLite;
import dev.headwater.events.DeadLetter;
import dev.headwater.events.Keys;
import dev.headwater.events.PublicRecords;
import dev.headwater.events.Topics;
import dev.headwater.events.Vectors;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.Match;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.serving.Rows;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for ingest and both jobs: what goes into the public topics comes out as accepted items,
 * histories, rows and dead letters at once. An item's vector is the mean of its words' vectors; a
 * click turns the row a little. Works on one thread, its follower's.
 */
final class ShortPath implements AutoCloseable {
  static final int DIM = 8;

  /** An item of another domain that lends to every item here. */
  static final String LENDER = "b-17";

  private final String domain;
  private final Topics topics;
  private final KafkaProducer<byte[], byte[]> producer;
  private final TopicFollower follower;
  private final Map<String, float[]> vectors = new LinkedHashMap<>();
  private final Map<String, List<String>> histories = new HashMap<>();
  private final Map<String, Long> learned = new HashMap<>();
  private final Map<String, Long> lives = new HashMap<>();

  ShortPath(String domain, KafkaSettings kafka) {
    this.domain = domain;
    topics = kafka.topics();
    producer =
        new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
    follower =
        new TopicFollower(
                "short-path",
                kafka,
                List.of(topics.catalog(), topics.interactions()),
                this::onRecord)
            .start();
  }

  private void onRecord(ConsumerRecord<byte[], byte[]> record) {
    if (text(record.key()).contains("/__heartbeat")) {
      return;
    }
    try {
      if (record.topic().equals(topics.interactions())) {
        click(PublicRecords.parseInteraction(record.value(), Long.MAX_VALUE), record.timestamp());
      } else if (record.value() == null) {
        gone(Keys.parse(text(record.key())).id());
      } else {
        item(PublicRecords.parseCatalogItem(record.value()), record);
      }
    } catch (RejectedRecordException e) {
      DeadLetter letter =
          new DeadLetter(
              e.reason(), e.detail(), record.topic(), record.partition(), record.offset());
      dispatch(
          new ProducerRecord<>(
              topics.deadLetters(),
              null,
              letter.recordKey(),
              record.value(),
              letter.headers(record.key())));
    }
  }

  private void item(CatalogItem item, ConsumerRecord<byte[], byte[]> record) {
    long now = System.currentTimeMillis();
    lives.putIfAbsent(item.item(), record.offset());
    AcceptedItem accepted =
        AcceptedItem.newBuilder()
            .setDomain(domain)
            .setItem(item.item())
            .setTitle(item.title())
            .setBrand(item.brand())
            .addAllCategories(item.categories())
            .setAvailable(item.available())
            .setIncarnation(incarnation(item.item()))
            .setPublishedMs(record.timestamp())
            .setAcceptedMs(now)
            .build();
    send(topics.acceptedItems(), Keys.of(domain, item.item()), accepted);
    float[] vector = vector(item.title() + " " + String.join(" ", item.categories()));
    EmbeddingRow row =
        Rows.cold(domain, item.item(), incarnation(item.item()), vector).toBuilder()
            .clearMatches()
            .addAllMatches(matches(item.item(), vector))
            .setCausedMs(record.timestamp())
            .setComputedMs(System.currentTimeMillis())
            .setPublishedMs(System.currentTimeMillis())
            .build();
    vectors.put(item.item(), vector);
    send(topics.coldStartRows(), Keys.of(domain, Rows.MODEL, item.item()), row);
  }

  private long incarnation(String item) {
    return lives.getOrDefault(item, 0L);
  }

  private void gone(String item) {
    lives.remove(item);
    vectors.remove(item);
    send(topics.acceptedItems(), Keys.of(domain, item), null);
    send(topics.coldStartRows(), Keys.of(domain, Rows.MODEL, item), null);
  }

  private void click(Interaction click, long publishedMs) {
    List<String> items = histories.computeIfAbsent(click.user(), user -> new ArrayList<>());
    items.add(click.item());
    UserHistory.Builder history =
        UserHistory.newBuilder()
            .setDomain(domain)
            .setUser(click.user())
            .setSeq(items.size())
            .setCause(UserHistory.Cause.EVENT)
            .setNewIndex(items.size() - 1)
            .setEventId(click.eventId())
            .setEventTimeMs(click.timestampMs())
            .setPublishedMs(publishedMs);
    items.forEach(each -> history.addEntries(HistoryEntry.newBuilder().setItem(each)));
    send(topics.userHistories(), Keys.of(domain, click.user()), history.build());
    learn(click);
  }

  private void learn(Interaction click) {
    float[] vector = vectors.get(click.item());
    if (vector == null) {
      return;
    }
    vector[(int) (click.timestampMs() % DIM)] += 0.01f;
    long step = learned.merge(click.item(), 1L, Long::sum);
    EmbeddingRow row =
        Rows.tuned(domain, click.item(), incarnation(click.item()), step, vector).toBuilder()
            .setNewestEventId(click.eventId())
            .setNewestEventTimeMs(click.timestampMs())
            .setCausedMs(System.currentTimeMillis())
            .setComputedMs(System.currentTimeMillis())
            .setPublishedMs(System.currentTimeMillis())
            .build();
    send(topics.fineTunedRows(), Keys.of(domain, Rows.MODEL, click.item()), row);
  }

  private List<Match> matches(String item, float[] vector) {
    List<Match.Builder> all = new ArrayList<>();
    vectors.forEach(
        (other, theirs) -> {
          if (!other.equals(item)) {
            float weight = (float) Math.exp(6 * dot(vector, theirs));
            all.add(Match.newBuilder().setDomain(domain).setItem(other).setWeight(weight));
          }
        });
    all.add(Match.newBuilder().setDomain("books").setItem(LENDER).setWeight(20));
    all.sort(Comparator.comparingDouble(Match.Builder::getWeight).reversed());
    List<Match.Builder> best = all.subList(0, Math.min(5, all.size()));
    float sum = (float) best.stream().mapToDouble(Match.Builder::getWeight).sum();
    return best.stream().map(each -> each.setWeight(each.getWeight() / sum).build()).toList();
  }

  private static float dot(float[] a, float[] b) {
    float sum = 0;
    for (int d = 0; d < DIM; d++) {
      sum += a[d] * b[d];
    }
    return sum;
  }

  private static float[] vector(String text) {
    float[] vector = new float[DIM];
    for (String word : text.toLowerCase(java.util.Locale.ROOT).split("\\W+", -1)) {
      Random random = new Random(word.hashCode());
      for (int d = 0; d < DIM; d++) {
        vector[d] += (float) random.nextGaussian();
      }
    }
    float norm = Vectors.norm(vector);
    for (int d = 0; d < DIM; d++) {
      vector[d] /= norm;
    }
    return vector;
  }

  private void send(String topic, String key, @Nullable MessageLite value) {
    dispatch(
        new ProducerRecord<>(
            topic,
            key.getBytes(StandardCharsets.UTF_8),
            value == null ? null : value.toByteArray()));
  }

  /** What does not arrive is missed by the test that waits for it. */
  private void dispatch(ProducerRecord<byte[], byte[]> record) {
    var unused = producer.send(record);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    follower.close();
    producer.close(java.time.Duration.ofSeconds(2));
  }
}
