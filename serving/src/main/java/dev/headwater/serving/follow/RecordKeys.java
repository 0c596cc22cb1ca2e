package dev.headwater.serving.follow;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads record keys as text. */
final class RecordKeys {
  private RecordKeys() {}

  static String text(ConsumerRecord<byte[], byte[]> record) {
    byte[] key = record.key();
    return key == null ? "" : new String(key, StandardCharsets.UTF_8);
  }
}
