package dev.headwater.store;

import dev.headwater.events.Keys;
import dev.headwater.events.Topics;
import dev.headwater.events.Vectors;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Rows of one table, cold ones first, then tuned ones at an even rate until closed. */
final class RowLoad implements AutoCloseable {
  static final String DOMAIN = "toys";
  static final String MODEL = "b1";
  private static final int ITEMS = 500;
  private static final Duration PAUSE = Duration.ofMillis(5);

  private final KafkaProducer<byte[], byte[]> producer;
  private final Topics topics;
  private final Random random = new Random(15);
  private final Thread thread = new Thread(this::run, "row-load");
  private volatile long generation;
  private volatile String model = MODEL;
  private volatile boolean closed;
  private long step;

  RowLoad(KafkaSettings kafka) {
    topics = kafka.topics();
    producer =
        new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
    sendCold();
    thread.setDaemon(true);
    thread.start();
  }

  private void sendCold() {
    for (int i = 0; i < ITEMS; i++) {
      send(topics.coldStartRows(), EmbeddingRow.Origin.COLD_START, "i" + i);
    }
    producer.flush();
  }

  /** All items have a row under this bundle, and what is learned from now on is of it. */
  void model(String next) {
    model = next;
    sendCold();
  }

  /** What is learned from now on is of this generation. */
  void generation(long next) {
    generation = next;
  }

  private void run() {
    while (!closed) {
      send(topics.fineTunedRows(), EmbeddingRow.Origin.FINE_TUNED, "i" + random.nextInt(ITEMS));
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private synchronized void send(String topic, EmbeddingRow.Origin origin, String item) {
    String under = model;
    EmbeddingRow row =
        EmbeddingRow.newBuilder()
            .setDomain(DOMAIN)
            .setModel(under)
            .setItem(item)
            .setIncarnation(1)
            .setBeganMs(1)
            .setOrigin(origin)
            .setVersion(
                RowVersion.newBuilder().setGeneration(generation).setEpoch(1).setStep(++step))
            .setVector(Vectors.fp32(new float[] {1 + random.nextFloat() / 10, 1}))
            .build();
    byte[] key = Keys.of(DOMAIN, under, item).getBytes(StandardCharsets.UTF_8);
    var unused = producer.send(new ProducerRecord<>(topic, key, row.toByteArray()));
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close(Duration.ofSeconds(5));
  }
}
