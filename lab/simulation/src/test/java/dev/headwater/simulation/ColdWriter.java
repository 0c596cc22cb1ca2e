package dev.headwater.simulation;

import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.Topics;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.simulation.log.Log;
import dev.headwater.simulation.log.LogProducer;
import dev.headwater.simulation.log.LogReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes a row for each accepted item, from its title. */
final class ColdWriter {
  private final LogReader accepted;
  private final LogProducer producer;
  private final Random random;

  ColdWriter(Log log, LongSupplier clockMs, Random random) {
    this.random = random;
    accepted = new LogReader(log, List.of(Topics.DEFAULT.acceptedItems()), Map.of());
    producer = new LogProducer(log, clockMs, null, random);
  }

  boolean step(int max) throws Exception {
    List<ConsumerRecord<byte[], byte[]>> read = accepted.poll(max, random);
    for (ConsumerRecord<byte[], byte[]> record : read) {
      String id =
          new String(record.key(), StandardCharsets.UTF_8).substring(World.DOMAIN.length() + 1);
      String key = World.DOMAIN + "/" + World.MODEL + "/" + id;
      ProducerRecord<byte[], byte[]> out =
          new ProducerRecord<>(
              Topics.DEFAULT.coldStartRows(),
              key.getBytes(StandardCharsets.UTF_8),
              record.value() == null
                  ? null
                  : row(AcceptedItem.parseFrom(record.value())).toByteArray());
      if (record.value() == null) {
        out.headers().add(IncarnationHeader.of(IncarnationHeader.read(record.headers())));
      }
      var unused = producer.send(out);
    }
    return !read.isEmpty();
  }

  private static EmbeddingRow row(AcceptedItem item) {
    Random words = new Random(item.getTitle().hashCode());
    float[] vector = new float[World.DIM];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) words.nextGaussian();
    }
    return EmbeddingRow.newBuilder()
        .setDomain(World.DOMAIN)
        .setModel(World.MODEL)
        .setItem(item.getItem())
        .setIncarnation(item.getIncarnation())
        .setRevision(item.getRevision())
        .setOrigin(EmbeddingRow.Origin.COLD_START)
        .setCausedMs(item.getPublishedMs())
        .setVector(Vectors.fp32(vector))
        .build();
  }
}
