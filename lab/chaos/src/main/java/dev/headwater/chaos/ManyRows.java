package dev.headwater.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.headwater.events.Vectors;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.platform.report.Await;
import dev.headwater.platform.report.VerbException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A domain of very many short rows, which nobody but the store follows: each gets a cold row, then
 * a tuned one, and a rollback takes all tuned ones back in one transaction. For one thread.
 */
final class ManyRows {
  static final String NAME = "rollback-of-many-rows";

  private static final String DOMAIN = "many";
  private static final String MODEL = "0123456789ab";
  private static final int DIM = 4;
  private static final Duration LONG = Duration.ofMinutes(15);

  private final Stage stage;
  private final KafkaSettings kafka;
  private final int rows;

  ManyRows(Stage stage, int rows) {
    this.stage = stage;
    this.kafka = stage.cluster().kafka();
    this.rows = rows;
  }

  static List<Fault> all(int rows) {
    return List.of(
        new Fault(
            NAME,
            "%,d rows of a second domain are rolled back in one transaction, beside a fifth of the clicks: the store announces it, and goes on to announce"
                .formatted(rows),
            stage -> stage.load().beside(each -> new ManyRows(each, rows).run(), stage)));
  }

  private void run() throws Exception {
    var published = stage.cluster().store().announceModel(DOMAIN, MODEL, "chaos");
    long before = announcedWith(send(kafka.topics().coldStartRows(), 0));
    long tuned = announcedWith(send(kafka.topics().fineTunedRows(), 1));
    long beganMs = System.currentTimeMillis();
    JsonNode done = stage.cluster().store().rollback(before, "chaos tries it", "chaos");
    long tookMs = System.currentTimeMillis() - beganMs;
    stage.note(
        "%,d rows were rolled back in %.1f s".formatted(done.path("rows").asLong(), tookMs / 1e3));
    if (done.path("rows").asLong() != rows) {
      stage.remark("%s rows were rolled back instead of %d".formatted(done.path("rows"), rows));
    }
    JsonNode now = announced();
    if (now.path("announced").asLong() != before) {
      stage.remark("after the rollback from " + tuned + " to " + before + ": " + now + published);
    }
    String domain = stage.cluster().domain();
    long other = stage.announced().path("announced").asLong();
    Await.until(
        "another version of " + domain,
        Patience.of(LONG),
        () -> stage.announced().path("announced").asLong() > other);
  }

  private JsonNode announced() throws InterruptedException {
    for (JsonNode each : stage.cluster().store().announced().path("announced")) {
      if (each.path("domain").asText().equals(DOMAIN)) {
        return each;
      }
    }
    throw new VerbException("the store announces nothing of " + DOMAIN);
  }

  /** Returns the first version that was announced with all that was sent. */
  private long announcedWith(Map<String, Long> sent) throws InterruptedException {
    Await.until("a version with all rows", Patience.of(LONG), () -> holds(newest(), sent));
    return announced().path("announced").asLong();
  }

  private JsonNode newest() throws InterruptedException {
    long announced = announced().path("announced").asLong();
    for (JsonNode each : stage.cluster().store().versions().path("versions")) {
      if (each.path("version").asLong() == announced) {
        return each;
      }
    }
    return MissingNode.getInstance(); // what was announced meanwhile is asked for next time
  }

  private static boolean holds(JsonNode version, Map<String, Long> sent) {
    return sent.entrySet().stream()
        .allMatch(each -> version.path("offsets").path(each.getKey()).asLong(-1) > each.getValue());
  }

  /** Returns the highest offset of each partition. */
  private Map<String, Long> send(String topic, int step) {
    AtomicInteger refused = new AtomicInteger();
    Map<String, Long> highest = new ConcurrentHashMap<>();
    Properties settings = kafka.producer();
    settings.put(ProducerConfig.LINGER_MS_CONFIG, "20");
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(256 << 10));
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < rows; i++) {
        var unused =
            producer.send(
                row(topic, i, step),
                (metadata, e) -> {
                  if (e != null) {
                    refused.incrementAndGet();
                  } else {
                    highest.merge(topic + "/" + metadata.partition(), metadata.offset(), Math::max);
                  }
                });
      }
    }
    if (refused.get() > 0) {
      throw new VerbException(refused + " rows were not taken by the brokers");
    }
    return highest;
  }

  private static ProducerRecord<byte[], byte[]> row(String topic, int number, int step) {
    String item = "i" + number;
    float[] vector = new float[DIM];
    vector[number % DIM] = 1 + step;
    EmbeddingRow.Builder row =
        EmbeddingRow.newBuilder()
            .setDomain(DOMAIN)
            .setModel(MODEL)
            .setItem(item)
            .setIncarnation(1)
            .setRevision(1)
            .setVector(Vectors.fp32(vector))
            .setInteractionsLearned(step)
            .setOrigin(step == 0 ? EmbeddingRow.Origin.COLD_START : EmbeddingRow.Origin.FINE_TUNED)
            .setVersion(RowVersion.newBuilder().setEpoch(step).setStep(step))
            .setPublishedMs(System.currentTimeMillis());
    byte[] key = (DOMAIN + "/" + MODEL + "/" + item).getBytes(StandardCharsets.UTF_8);
    return new ProducerRecord<>(topic, key, row.build().toByteArray());
  }
}
