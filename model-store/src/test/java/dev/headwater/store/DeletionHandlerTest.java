package dev.headwater.store;

import static dev.headwater.store.cycle.EngineFixture.cold;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Deletion;
import dev.headwater.events.Topics;
import dev.headwater.events.wire.AnnouncedDomain;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.VectorFormat;
import dev.headwater.store.cycle.EngineFixture;
import dev.headwater.store.cycle.InMemoryAnnouncementLog;
import dev.headwater.store.cycle.StoreEngine;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.InMemoryEmbeddingStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class DeletionHandlerTest {
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

  /** A broker that was killed in the middle of a deletion ended the store. */
  @Test
  void aRequestWhoseReceiptTheBrokersDidNotTakeIsDoneAgain() {
    EmbeddingStore store = new InMemoryEmbeddingStore(VectorFormat.FP32);
    KafkaAnnouncementLog log =
        new KafkaAnnouncementLog(
            Topics.DEFAULT, producer, Duration.ofMinutes(14), System::nanoTime, null);
    StoreEngine engine = EngineFixture.engine(store, new InMemoryAnnouncementLog(), log);
    log.announce(Announcement.getDefaultInstance(), AnnouncedDomain.getDefaultInstance());
    engine.take(cold(0, "a", 1, 1_000, 1));
    engine.flush();
    producer.clear();
    AtomicInteger purges = new AtomicInteger();
    DeletionHandler handler = new DeletionHandler(engine, purges::incrementAndGet);
    producer.commitTransactionException = new KafkaException("can no longer retry; abort");
    handler.onRecord(request("a", 0));
    handler.onBatchEnd();
    assertThat(store.get(EngineFixture.TOYS, "a")).as("out of sight all the same").isNull();
    assertThat(store.offsets()).doesNotContainKey(Topics.DEFAULT.deletions() + "/0");

    producer.commitTransactionException = null;
    Awaitility.await()
        .untilAsserted(
            () -> {
              handler.onTick();
              assertThat(producer.history())
                  .extracting(record -> record.topic())
                  .contains(Topics.DEFAULT.deletionReceipts());
            });
    assertThat(purges).as("deleted once, said as often as it takes").hasValue(1);
    assertThat(store.offsets()).containsEntry(Topics.DEFAULT.deletions() + "/0", 1L);
  }

  private static ConsumerRecord<byte[], byte[]> request(String item, long offset) {
    byte[] value = new Deletion("toys", Deletion.Kind.ITEM, item, "ann", 5_000).toJson();
    byte[] key = ("toys/item/" + item).getBytes(StandardCharsets.UTF_8);
    return new ConsumerRecord<>(
        Topics.DEFAULT.deletions(),
        0,
        offset,
        5_000,
        TimestampType.CREATE_TIME,
        key.length,
        value.length,
        key,
        value,
        new RecordHeaders(),
        Optional.empty());
  }
}
