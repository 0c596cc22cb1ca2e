package dev.headwater.jobs.kafka;

import dev.headwater.events.DeadLetter;
import dev.headwater.events.DeletionHeader;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.Heartbeat;
import dev.headwater.events.IncarnationHeader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
 * @param headers names and values in turn; a value's characters are its bytes (ISO 8859-1)
 * @param partition where to write it, counted round where the topic has fewer; -1: where the key
 *     belongs
 */
@SuppressWarnings("ArrayRecordComponent") // Bytes in transit: never compared, never changed.
public record OutRecord(
    String topic, byte[] key, byte @Nullable [] value, @Nullable String[] headers, int partition) {
  /** How Flink serialises it. */
  public static final TypeInformation<OutRecord> TYPE = Types.POJO(OutRecord.class);

  private static final String[] NO_HEADERS = {};
  private static final int OF_KEY = -1;

  /** Returns a record without headers. */
  public static OutRecord of(String topic, String key, byte @Nullable [] value) {
    return new OutRecord(topic, key.getBytes(StandardCharsets.UTF_8), value, NO_HEADERS, OF_KEY);
  }

  /** Returns a tombstone. */
  public static OutRecord tombstone(String topic, String key) {
    return new OutRecord(topic, key.getBytes(StandardCharsets.UTF_8), null, NO_HEADERS, OF_KEY);
  }

  /**
   * Returns the tombstone of an item's incarnation.
   *
   * @param deletedMs publish time of the deletion request it goes back to, 0 for none
   * @param incarnation the incarnation it ends, -1 where that is not known
   */
  public static OutRecord tombstone(String topic, String key, long deletedMs, long incarnation) {
    List<Header> says = new ArrayList<>();
    if (deletedMs > 0) {
      says.add(DeletionHeader.of(deletedMs));
    }
    if (incarnation != IncarnationHeader.NONE) {
      says.add(IncarnationHeader.of(incarnation));
    }
    @Nullable String[] headers = headers(says.toArray(new Header[0]));
    return new OutRecord(topic, key.getBytes(StandardCharsets.UTF_8), null, headers, OF_KEY);
  }

  /** Returns the record of a receipt. */
  public static OutRecord receipt(String topic, DeletionReceipt receipt) {
    return of(topic, receipt.key(), receipt.toJson());
  }

  /**
   * Returns the record of a heartbeat: in its partition, behind what was sent before it. The sink
   * stamps it when it hands it to Kafka.
   */
  public static OutRecord heartbeat(String topic, String key, Heartbeat heartbeat) {
    return new OutRecord(
        topic,
        key.getBytes(StandardCharsets.UTF_8),
        null,
        headers(heartbeat.headers().toArray()),
        heartbeat.partition());
  }

  /** Returns the dead letter of a record: its value as received, key and reason in headers. */
  public static OutRecord deadLetter(String topic, InRecord record, DeadLetter why) {
    Header[] all = why.headers(record.key()).toArray();
    return new OutRecord(topic, why.recordKey(), record.value(), headers(all), OF_KEY);
  }

  /** Returns the same with one more header. */
  public OutRecord with(String name, String text) {
    @Nullable String[] more = Arrays.copyOf(headers, headers.length + 2);
    more[headers.length] = name;
    more[headers.length + 1] = text;
    return new OutRecord(topic, key, value, more, partition);
  }

  private static @Nullable String[] headers(Header[] all) {
    @Nullable String[] headers = new String[all.length * 2];
    for (int i = 0; i < all.length; i++) {
      byte[] value = all[i].value();
      headers[2 * i] = all[i].key();
      headers[2 * i + 1] = value == null ? null : new String(value, StandardCharsets.ISO_8859_1);
    }
    return headers;
  }
}
