package dev.headwater.events;

import dev.headwater.events.json.ReasonCode;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter. Its key is {@code topic/partition/offset} of the refused record, so that writing
 * it twice changes nothing and a tombstone can delete it alone; its value is the bytes as received.
 * Why it was refused, where it stood (UTF-8 strings) and the key as received are in the headers.
 *
 * @param reason the code
 * @param detail what exactly was wrong, for a person
 * @param topic where the record stood
 * @param partition its partition
 * @param offset its offset
 */
public record DeadLetter(
    ReasonCode reason, String detail, String topic, int partition, long offset) {
  private static final String REASON = "headwater.reason";
  private static final String DETAIL = "headwater.detail";
  private static final String TOPIC = "headwater.topic";
  private static final String PARTITION = "headwater.partition";
  private static final String OFFSET = "headwater.offset";
  private static final String KEY = "headwater.key";
  private static final String SUBJECT = "headwater.subject";

  /** Returns the key to send the dead letter under. */
  public byte[] recordKey() {
    return bytes(topic + "/" + partition + "/" + offset);
  }

  /**
   * Returns the headers to send.
   *
   * @param receivedKey the refused record's key
   */
  public Headers headers(byte @Nullable [] receivedKey) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(KEY, receivedKey);
    headers.add(REASON, bytes(reason.code()));
    headers.add(DETAIL, bytes(detail));
    headers.add(TOPIC, bytes(topic));
    headers.add(PARTITION, bytes(Integer.toString(partition)));
    headers.add(OFFSET, bytes(Long.toString(offset)));
    return headers;
  }

  /** Reads the headers of a dead letter, or returns null when they are not those of one. */
  public static @Nullable DeadLetter from(Headers headers) {
    String reason = text(headers.lastHeader(REASON));
    String topic = text(headers.lastHeader(TOPIC));
    String partition = text(headers.lastHeader(PARTITION));
    String offset = text(headers.lastHeader(OFFSET));
    String detail = text(headers.lastHeader(DETAIL));
    if (reason == null || topic == null || partition == null || offset == null) {
      return null;
    }
    ReasonCode code = ReasonCode.of(reason);
    try {
      return code == null
          ? null
          : new DeadLetter(
              code,
              detail == null ? "" : detail,
              topic,
              Integer.parseInt(partition),
              Long.parseLong(offset));
    } catch (NumberFormatException e) {
      return null; // somebody else's headers
    }
  }

  /** Returns the refused record's key as text, empty when it had none. */
  public static String receivedKey(Headers headers) {
    String key = text(headers.lastHeader(KEY));
    return key == null ? "" : key;
  }

  /**
   * Adds whose record it is, {@code domain/user}, where the bytes as received do not show that to
   * everybody: those of a platform's own topic.
   */
  public static void addSubject(Headers headers, String subject) {
    headers.add(SUBJECT, bytes(subject));
  }

  /** Returns whose record it is, empty where nobody said. */
  public static String subject(Headers headers) {
    String subject = text(headers.lastHeader(SUBJECT));
    return subject == null ? "" : subject;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static @Nullable String text(@Nullable Header header) {
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }
}
