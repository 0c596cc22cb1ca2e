package dev.headwater.events;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Marks a tombstone of the embedding topics that ends a row because its bundle was retired: the
 * item goes on, under the bundles that are left.
 */
public final class RetiredHeader {
  private static final String NAME = "headwater.retired";

  private RetiredHeader() {}

  /** Returns the header to send. */
  public static Header header() {
    return new RecordHeader(NAME, new byte[0]);
  }

  /** Tells whether a record bears it. */
  public static boolean isOn(Headers headers) {
    return headers.lastHeader(NAME) != null;
  }
}
