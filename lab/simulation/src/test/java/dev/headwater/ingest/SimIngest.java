package dev.headwater.ingest;

import dev.headwater.events.Deletion;
import dev.headwater.events.Topics;
import dev.headwater.simulation.log.Log;
import dev.headwater.simulation.log.LogProducer;
import dev.headwater.simulation.log.LogReader;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Ingest as Kafka Streams runs it: its processors over stores in memory, and what is read, kept and
 * written of a few records as one transaction. What of it outlives a crash is {@link Durable}.
 */
public final class SimIngest {
  private static final Topics TOPICS = Topics.DEFAULT;
  private static final IngestConfig CONFIG =
      IngestConfig.of(Path.of("unused"), Set.of("shop"), Map.of("history-length", 6));

  private final Durable durable;
  private final LogProducer producer;
  private final LogReader reader;
  private final Random random;
  private final List<Task> tasks = new ArrayList<>();
  private final HomePartition home;
  private boolean dead;

  /** The changelogs and the committed offsets. */
  public static final class Durable {
    private final Map<Integer, Task.State> stores = new HashMap<>();
    private Map<String, Long> offsets = Map.of();

    /** The changelogs are lost; with {@code all}, under another application id, offsets too. */
    public void lose(boolean all) {
      stores.clear();
      if (all) {
        offsets = Map.of();
      }
    }
  }

  /** Starts over what is left, and fences the one before it. */
  public SimIngest(Durable durable, Log log, LongSupplier clockMs, int partitions, Random random) {
    this.durable = durable;
    this.random = random;
    producer = new LogProducer(log, clockMs, "ingest", random);
    producer.initTransactions();
    reader =
        new LogReader(
            log,
            List.of(TOPICS.interactions(), TOPICS.catalog(), TOPICS.deletions()),
            durable.offsets);
    home = new HomePartition(partitions);
    IngestMetrics metrics = new IngestMetrics(new SimpleMeterRegistry(), CONFIG.domains());
    HistorySeed seed = HistorySeed.NONE;
    for (int i = 0; i < partitions; i++) {
      tasks.add(new Task(i, home, CONFIG, metrics, seed, clockMs, durable.stores.get(i)));
    }
  }

  /** Sets the probability that a commit fails. */
  public void failing(double probability) {
    producer.failing(probability);
  }

  /** Whether it must be started again. */
  public boolean isDead() {
    return dead;
  }

  /** Reads, and writes with it what comes of it; false where there was nothing. */
  public boolean step(int max) {
    if (dead) {
      return false; // until it is started again
    }
    List<ConsumerRecord<byte[], byte[]>> read = reader.poll(max, random);
    if (read.isEmpty()) {
      return false;
    }
    try {
      producer.beginTransaction();
      read.forEach(this::take);
      producer.commitTransaction();
    } catch (KafkaException e) {
      dead = true; // Streams begins again from what was committed
      if (!producer.hasCommittedUnheard()) {
        return true;
      }
    }
    durable.offsets = reader.offsets();
    tasks.forEach(task -> durable.stores.put(task.number(), task.state()));
    return true;
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    if (record.topic().equals(TOPICS.deletions())) {
      Task any = tasks.get(0);
      for (Record<byte[], Verdict> judged : any.checkDeletion(record)) {
        if (judged.value() instanceof Verdict.DeletionRequest request) {
          delete(request.kind(), judged);
        }
      }
      return;
    }
    Task task = tasks.get(record.partition());
    if (record.topic().equals(TOPICS.interactions())) {
      task.interaction(record).forEach(out -> send(TOPICS.userHistories(), null, out, out.value()));
    } else {
      task.item(record).forEach(out -> send(TOPICS.acceptedItems(), null, out, out.value()));
    }
  }

  private void delete(Deletion.Kind kind, Record<byte[], Verdict> request) {
    Task task = tasks.get(home.of(request.key()));
    boolean user = kind == Deletion.Kind.USER;
    String topic = user ? TOPICS.userHistories() : TOPICS.acceptedItems();
    for (Record<byte[], Deleted> out : task.delete(kind, request)) {
      Deleted sent = out.value();
      if (sent.receipt()) {
        send(TOPICS.deletionReceipts(), null, out, sent.value());
      } else {
        send(topic, task.number(), out, sent.value());
      }
    }
  }

  private void send(
      String topic, @Nullable Integer partition, Record<byte[], ?> out, byte @Nullable [] value) {
    var unused =
        producer.send(
            new ProducerRecord<>(
                topic, partition, out.timestamp(), out.key(), value, out.headers()));
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
