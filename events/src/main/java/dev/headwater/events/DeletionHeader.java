package dev.headwater.events;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Marks a tombstone that goes back to a deletion request: header {@code headwater.erased-ms} with
 * the request's publish time in decimal. A hop that takes such a tombstone in owes a {@link
 * DeletionReceipt}; a plain tombstone (a merchant withdrew an item) has no such header.
 */
public final class DeletionHeader {
  /** Name of the header. */
  public static final String NAME = "headwater.erased-ms";

  private DeletionHeader() {}

  /** Returns the header to send. */
  public static Header of(long deletedMs) {
    return new RecordHeader(NAME, Long.toString(deletedMs).getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the request's publish time, 0 when the record goes back to none. */
  public static long read(Headers headers) {
    Header header = headers.lastHeader(NAME);
    if (header == null || header.value() == null) {
      return 0;
    }
    try {
      return Math.max(0, Long.parseLong(new String(header.value(), StandardCharsets.UTF_8)));
    } catch (NumberFormatException e) {
      return 0; // somebody else's header
    }
  }
}
