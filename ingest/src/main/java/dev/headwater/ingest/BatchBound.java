package dev.headwater.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;

/**
 * Bounds what the fetched batches of a partition decompress to, before anything is decompressed
 * into memory. Brokers bound a batch as it is sent, compressed: a kilobyte of Zstandard may hold a
 * record of a gigabyte, which the Kafka client allocates as soon as it has read the record's length
 * ({@code DefaultRecord.readFrom}). Not thread-safe: one fetching consumer's own.
 *
 * <p>A batch over the bound gives way to one record without key and value that says so in a {@link
 * Refusal} header. It stands at the batch's last offset, in the batch's producer state, so that
 * offsets and aborted transactions are as before. Batches together over the bound: what is behind
 * the bound is left to the next fetch.
 */
final class BatchBound {
  /** Most bytes that the batches of a partition in one answer may decompress to. */
  static final int MAX_BYTES = 32 << 20;

  /** How often the bound is decompressed for one answer, at most, only to be counted. */
  private static final int WORK = 8;

  private static final int SCRATCH_BYTES = 64 << 10;
  private static final int MARKER_BYTES = 1 << 10;

  private final int maxBytes;
  private final BufferSupplier buffers = BufferSupplier.create();
  private final byte[] scratch = new byte[SCRATCH_BYTES];

  BatchBound(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Returns the records themselves when they are within the bound. */
  MemoryRecords apply(MemoryRecords records) {
    List<MutableRecordBatch> kept = new ArrayList<>();
    List<Long> sizes = new ArrayList<>();
    boolean changed = false;
    long total = 0;
    long counted = 0;
    for (MutableRecordBatch batch : records.batches()) {
      long bytes = size(batch);
      boolean refused = bytes > maxBytes;
      counted += bytes;
      total += refused ? MARKER_BYTES : bytes;
      if (!kept.isEmpty() && (total > maxBytes || counted > WORK * (long) maxBytes)) {
        changed = true;
        break;
      }
      changed |= refused;
      kept.add(batch);
      sizes.add(bytes);
    }
    return changed ? written(kept, sizes) : records;
  }

  private MemoryRecords written(List<MutableRecordBatch> batches, List<Long> sizes) {
    int bytes = batches.stream().mapToInt(b -> Math.max(b.sizeInBytes(), MARKER_BYTES)).sum();
    ByteBuffer written = ByteBuffer.allocate(bytes);
    for (int i = 0; i < batches.size(); i++) {
      if (sizes.get(i) > maxBytes) {
        written.put(marker(batches.get(i)).buffer());
      } else {
        batches.get(i).writeTo(written);
      }
    }
    return MemoryRecords.readableRecords(written.flip());
  }

  /** Counts to just over the bound; a batch that cannot be read is for the consumer to report. */
  private long size(MutableRecordBatch batch) {
    if (!(batch instanceof DefaultRecordBatch compressed) || !batch.isCompressed()) {
      return batch.sizeInBytes();
    }
    long bytes = 0;
    try (InputStream in = compressed.recordInputStream(buffers)) {
      for (int read = 0; read >= 0 && bytes <= maxBytes; read = in.read(scratch)) {
        bytes += read;
      }
    } catch (IOException | RuntimeException e) {
      return bytes;
    }
    return bytes;
  }

  private MemoryRecords marker(MutableRecordBatch batch) {
    MemoryRecordsBuilder builder =
        new MemoryRecordsBuilder(
            ByteBuffer.allocate(MARKER_BYTES),
            batch.magic(),
            Compression.NONE,
            TimestampType.CREATE_TIME,
            batch.baseOffset(),
            -1,
            batch.producerId(),
            batch.producerEpoch(),
            batch.baseSequence(),
            batch.isTransactional(),
            false,
            batch.partitionLeaderEpoch(),
            MARKER_BYTES);
    String why =
        "offsets %d to %d stood in one batch that decompresses to more than %d bytes"
            .formatted(batch.baseOffset(), batch.lastOffset(), maxBytes);
    Header header = new RecordHeader(Refusal.HEADER, why.getBytes(StandardCharsets.UTF_8));
    builder.appendWithOffset(
        batch.lastOffset(), batch.maxTimestamp(), (byte[]) null, null, new Header[] {header});
    return builder.build();
  }
}
