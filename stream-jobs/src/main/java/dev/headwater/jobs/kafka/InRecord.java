package dev.headwater.jobs.kafka;

import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.jspecify.annotations.Nullable;

/**
 * One Kafka record as it was read.
 *
 * @param topic full topic name
 * @param partition its partition
 * @param offset its offset
 * @param timestampMs record time, Unix milliseconds
 * @param key the key bytes, empty when absent
 * @param value the value bytes, null for a tombstone
 * @param deletedMs publish time of the deletion request this record goes back to, 0 for none
 * @param incarnation the incarnation of an item that a tombstone ends, -1 where it does not say
 * @param heartbeat text of the header that makes it a heartbeat, null where it is none
 */
@SuppressWarnings("ArrayRecordComponent") // Bytes in transit: never compared, never changed.
public record InRecord(
    String topic,
    int partition,
    long offset,
    long timestampMs,
    byte[] key,
    byte @Nullable [] value,
    long deletedMs,
    long incarnation,
    @Nullable String heartbeat) {
  /** How Flink serialises it. */
  public static final TypeInformation<InRecord> TYPE = Types.POJO(InRecord.class);

  /** Returns the key as text. */
  public String keyText() {
    return new String(key, StandardCharsets.UTF_8);
  }
}
