package dev.headwater.events;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Says which incarnation of an item a tombstone ends: header {@code headwater.incarnation} with the
 * incarnation in decimal, in {@code catalog.accepted} and in {@code embeddings.cold-start}. Rows of
 * that incarnation and of earlier ones are over, wherever they stand in the topic; rows of a later
 * incarnation are not touched. A tombstone without the header (an older release, or an incarnation
 * that ingest does not know) ends what stands before it.
 */
public final class IncarnationHeader {
  /** Name of the header. */
  public static final String NAME = "headwater.incarnation";

  /** What {@link #read} returns where nothing is said. */
  public static final long NONE = -1;

  private IncarnationHeader() {}

  /** Returns the header to send. */
  public static Header of(long incarnation) {
    return new RecordHeader(NAME, Long.toString(incarnation).getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the incarnation that the tombstone ends, {@link #NONE} where it does not say. */
  public static long read(Headers headers) {
    Header header = headers.lastHeader(NAME);
    if (header == null || header.value() == null) {
      return NONE;
    }
    try {
      return Math.max(NONE, Long.parseLong(new String(header.value(), StandardCharsets.UTF_8)));
    } catch (NumberFormatException e) {
      return NONE; // somebody else's header
    }
  }
}
