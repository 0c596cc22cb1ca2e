package dev.headwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headwater.events.DeadLetter;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.json.ReasonCode;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.utils.ByteBufferOutputStream;
import org.apache.kafka.common.utils.ByteUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Batches of some kilobytes whose one record has a gigabyte, as much as these tests' heap: each is
 * skipped with a dead letter, what stands round it is not, and a restart does not meet it again.
 */
@Timeout(180)
class PoisonBatchIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int GIGABYTE = 1 << 30;
  private static final short PRODUCE_VERSION = 9;

  @TempDir Path stateDir;

  @Test
  void aSmallBatchThatDecompressesToAGigabyteIsSkippedAndNothingElseIs() throws Exception {
    try (IngestHarness harness = new IngestHarness()) {
      String interactions = harness.kafka.topics().interactions();
      String catalog = harness.kafka.topics().catalog();
      int partition = click(harness, "before");
      assertThat(produce(harness, interactions, partition)).isZero();
      assertThat(produce(harness, catalog, 0)).isZero();
      clickInto(harness, partition, "after");
      try (IngestService service = harness.started(stateDir)) {
        await().atMost(SOON).until(() -> histories(harness) == 2);
        await().atMost(SOON).until(() -> harness.deadLetters.size() == 2);
        harness.publish(new CatalogItem("toys", "i", "Kite", "", List.of(), "", Map.of(), true));
        await().atMost(SOON).until(() -> !harness.items.isEmpty());
        assertThat(service.failure()).isNull();
      }
      assertThat(letters(harness))
          .allMatch(letter -> letter.reason() == ReasonCode.BATCH_TOO_LARGE)
          .anyMatch(
              letter ->
                  letter.topic().equals(interactions)
                      && letter.partition() == partition
                      && letter.offset() == 1
                      && letter.detail().startsWith("offsets 1 to 1 "))
          .anyMatch(letter -> letter.topic().equals(catalog) && letter.partition() == 0);
      assertThat(refusedBatches(harness, "interactions")).isEqualTo(1);
      try (IngestService again = harness.started(stateDir)) {
        clickInto(harness, partition, "later");
        await().atMost(SOON).until(() -> histories(harness) == 3);
        assertThat(harness.deadLetters).hasSize(2);
        assertThat(again.failure()).isNull();
      }
    }
  }

  private static double refusedBatches(IngestHarness harness, String topic) {
    return harness
        .registry
        .get("headwater.ingest.dead_lettered")
        .tags("topic", topic, "reason", "batch_too_large")
        .counter()
        .count();
  }

  private static List<DeadLetter> letters(IngestHarness harness) {
    return harness.deadLetters.stream().map(r -> DeadLetter.from(r.headers())).toList();
  }

  private static long histories(IngestHarness harness) {
    return harness.histories.stream()
        .filter(r -> new String(r.key(), StandardCharsets.UTF_8).equals("toys/u"))
        .count();
  }

  private static int click(IngestHarness harness, String item) throws Exception {
    Interaction event = Interaction.click(item, "toys", "u", item, 1_700_000_000_000L);
    return harness
        .send(harness.kafka.topics().interactions(), event.key(), event.toJson())
        .partition();
  }

  private static void clickInto(IngestHarness harness, int partition, String item)
      throws Exception {
    Interaction event = Interaction.click(item, "toys", "u", item, 1_700_000_000_001L);
    harness.send(
        new ProducerRecord<>(
            harness.kafka.topics().interactions(),
            partition,
            IngestHarness.utf8(event.key()),
            event.toJson()));
  }

  /** Sends the batch as it is, which the client's producer would not make; returns the error. */
  private static int produce(IngestHarness harness, String topic, int partition)
      throws IOException {
    ProduceRequestData data = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(20_000);
    data.topicData()
        .add(
            new ProduceRequestData.TopicProduceData()
                .setName(topic)
                .setPartitionData(
                    List.of(
                        new ProduceRequestData.PartitionProduceData()
                            .setIndex(partition)
                            .setRecords(poison()))));
    ByteBuffer request =
        new ProduceRequest(data, PRODUCE_VERSION)
            .serializeWithHeader(new RequestHeader(ApiKeys.PRODUCE, PRODUCE_VERSION, "poison", 1));
    URI address = URI.create("kafka://" + harness.broker.bootstrap());
    try (Socket socket = new Socket(address.getHost(), address.getPort());
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        DataInputStream in = new DataInputStream(socket.getInputStream())) {
      out.writeInt(request.remaining());
      out.write(request.array(), request.arrayOffset() + request.position(), request.remaining());
      out.flush();
      byte[] answer = in.readNBytes(in.readInt());
      ByteBuffer body = ByteBuffer.wrap(answer, 5, answer.length - 5).slice();
      return ProduceResponse.parse(new ByteBufferAccessor(body), PRODUCE_VERSION)
          .data()
          .responses()
          .iterator()
          .next()
          .partitionResponses()
          .get(0)
          .errorCode();
    }
  }

  private static MemoryRecords poison() throws IOException {
    ByteBufferOutputStream bytes = new ByteBufferOutputStream(1 << 20);
    bytes.position(DefaultRecordBatch.RECORD_BATCH_OVERHEAD);
    try (OutputStream zipped =
            Compression.zstd().build().wrapForOutput(bytes, RecordBatch.CURRENT_MAGIC_VALUE);
        DataOutputStream out = new DataOutputStream(zipped)) {
      int body = 3 + 2 + ByteUtils.sizeOfVarint(GIGABYTE) + GIGABYTE + 1;
      ByteUtils.writeVarint(body, out);
      out.write(new byte[3]); // attributes, timestamp delta, offset delta
      ByteUtils.writeVarint(1, out);
      out.write('k');
      ByteUtils.writeVarint(GIGABYTE, out);
      byte[] zeros = new byte[1 << 20];
      for (int written = 0; written < GIGABYTE; written += zeros.length) {
        out.write(zeros);
      }
      ByteUtils.writeVarint(0, out); // headers
    }
    ByteBuffer buffer = bytes.buffer().flip();
    DefaultRecordBatch.writeHeader(
        buffer,
        0,
        0,
        buffer.limit(),
        RecordBatch.CURRENT_MAGIC_VALUE,
        CompressionType.ZSTD,
        TimestampType.CREATE_TIME,
        System.currentTimeMillis(),
        System.currentTimeMillis(),
        RecordBatch.NO_PRODUCER_ID,
        RecordBatch.NO_PRODUCER_EPOCH,
        RecordBatch.NO_SEQUENCE,
        false,
        false,
        false,
        RecordBatch.NO_PARTITION_LEADER_EPOCH,
        1);
    assertThat(buffer.limit()).isLessThan(512 << 10);
    return MemoryRecords.readableRecords(buffer.position(0));
  }
}
