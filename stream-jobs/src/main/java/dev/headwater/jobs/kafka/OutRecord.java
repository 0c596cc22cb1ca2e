package dev.headwater.jobs.kafka;

import dev.headwater.events.DeadLetter;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * One Kafka record to write. A job has one sink for all its topics, so that the records of a key
 * keep their order.
 *
 * @param topic full topic name
 * @param key the key bytes
 * @param value the value bytes, null for a tombstone
 * @param headers names and UTF-8 values in turn
 */
@SuppressWarnings("ArrayRecordComponent") // Bytes in transit: never compared, never changed.
public record OutRecord(String topic, byte[] key, byte @Nullable [] value, String[] headers) {
  /** How Flink serialises it. */
  public static final TypeInformation<OutRecord> TYPE = Types.POJO(OutRecord.class);

  private static final String[] NO_HEADERS = {};

  /** Returns a record without headers. */
  public static OutRecord of(String topic, String key, byte @Nullable [] value) {
    return new OutRecord(topic, key.getBytes(StandardCharsets.UTF_8), value, NO_HEADERS);
  }

  /** Returns the dead letter of a record: its bytes as received, the reason in headers. */
  public static OutRecord deadLetter(String topic, InRecord record, DeadLetter why) {
    Header[] all = why.headers().toArray();
    String[] headers = new String[all.length * 2];
    for (int i = 0; i < all.length; i++) {
      headers[2 * i] = all[i].key();
      headers[2 * i + 1] = new String(all[i].value(), StandardCharsets.UTF_8);
    }
    return new OutRecord(topic, record.key(), record.value(), headers);
  }
}
