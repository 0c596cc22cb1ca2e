package dev.headwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A bound of 100,000 bytes: what passes as it is, what gives way, what is left to the next fetch.
 */
class BatchBoundTest {
  private static final int MAX_BYTES = 100_000;

  private final BatchBound bound = new BatchBound(MAX_BYTES);

  static List<Compression> compressions() {
    return List.of(
        Compression.gzip().build(),
        Compression.snappy().build(),
        Compression.lz4().build(),
        Compression.zstd().build());
  }

  @ParameterizedTest
  @MethodSource("compressions")
  void aBatchWithinTheBoundPassesAsItIs(Compression compression) {
    MemoryRecords records = joined(batch(10, compression, 40_000, 40_000));
    assertThat(bound.apply(records)).isSameAs(records);
  }

  @ParameterizedTest
  @MethodSource("compressions")
  void aBatchOverTheBoundGivesWayToOneRecordAtItsEnd(Compression compression) {
    MemoryRecords records =
        joined(
            batch(10, compression, 100),
            batch(11, compression, 60_000, 60_000),
            batch(13, compression, 100));
    List<Record> read = read(bound.apply(records));
    assertThat(read).extracting(Record::offset).containsExactly(10L, 12L, 13L);
    assertThat(read.get(1).hasKey()).isFalse();
    assertThat(read.get(1).hasValue()).isFalse();
    assertThat(new String(read.get(1).headers()[0].value(), StandardCharsets.UTF_8))
        .startsWith("offsets 11 to 12 ");
    assertThat(read.get(2).valueSize()).isEqualTo(100);
  }

  @Test
  void theMarkerStandsInTheTransactionOfItsBatch() {
    MemoryRecords records =
        MemoryRecords.withTransactionalRecords(
            (byte) 2, 20, Compression.zstd().build(), 7, (short) 3, 5, 1, record(200_000));
    MutableRecordBatch marker = bound.apply(records).batches().iterator().next();
    assertThat(marker.isTransactional()).isTrue();
    assertThat(marker.producerId()).isEqualTo(7);
    assertThat(marker.producerEpoch()).isEqualTo((short) 3);
    assertThat(marker.lastOffset()).isEqualTo(20);
    assertThat(marker.isValid()).isTrue();
  }

  @Test
  void batchesThatAreTooMuchTogetherAreLeftToTheNextFetch() {
    Compression zstd = Compression.zstd().build();
    MemoryRecords records =
        joined(batch(0, zstd, 60_000), batch(1, zstd, 30_000), batch(2, zstd, 30_000));
    assertThat(read(bound.apply(records))).extracting(Record::offset).containsExactly(0L, 1L);
  }

  @Test
  void noMoreThanEightTimesTheBoundIsDecompressedToBeCounted() {
    MemoryRecords[] batches = new MemoryRecords[20];
    for (int i = 0; i < batches.length; i++) {
      batches[i] = batch(i, Compression.zstd().build(), 300_000);
    }
    List<Record> read = read(bound.apply(joined(batches)));
    assertThat(read).hasSizeBetween(4, 8);
    assertThat(read.get(0).offset()).isZero();
  }

  private static MemoryRecords batch(long offset, Compression compression, int... sizes) {
    SimpleRecord[] records = new SimpleRecord[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      records[i] = record(sizes[i]);
    }
    return MemoryRecords.withRecords(offset, compression, records);
  }

  private static SimpleRecord record(int bytes) {
    return new SimpleRecord(1_000, "key".getBytes(StandardCharsets.UTF_8), new byte[bytes]);
  }

  private static MemoryRecords joined(MemoryRecords... batches) {
    ByteBuffer all = ByteBuffer.allocate(1 << 20);
    for (MemoryRecords batch : batches) {
      all.put(batch.buffer());
    }
    return MemoryRecords.readableRecords(all.flip());
  }

  private static List<Record> read(MemoryRecords records) {
    List<Record> read = new ArrayList<>();
    records.records().forEach(read::add);
    return read;
  }
}
