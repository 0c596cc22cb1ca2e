package dev.headwater.events;

import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * How large a public record may be and how far ahead of the clock: ingest refuses what is beyond,
 * and whoever takes records for it refuses the same at once.
 *
 * @param interactionBytes longest key and value of an interaction together
 * @param catalogBytes longest key and value of a catalog record together
 * @param attributesBytes longest keys and values of an item's attributes together
 * @param clockSkew how far ahead of the clock an event time may lie
 */
public record RecordLimits(
    int interactionBytes, int catalogBytes, int attributesBytes, Duration clockSkew) {
  /** 64 KiB, 1.5 MiB, 16 KiB, 5 minutes. */
  public static final RecordLimits DEFAULT =
      new RecordLimits(64 << 10, 3 << 19, 16 << 10, Duration.ofMinutes(5));

  /**
   * Checks the size of an interaction's record.
   *
   * @param bytes of key and value
   * @throws RejectedRecordException {@code record_too_large}
   */
  public void interaction(int bytes) throws RejectedRecordException {
    size(bytes, interactionBytes);
  }

  /**
   * Checks the size of a catalog record.
   *
   * @param bytes of key and value
   * @throws RejectedRecordException {@code record_too_large}
   */
  public void catalog(int bytes) throws RejectedRecordException {
    size(bytes, catalogBytes);
  }

  private static void size(int bytes, int max) throws RejectedRecordException {
    if (bytes > max) {
      throw new RejectedRecordException(
          ReasonCode.RECORD_TOO_LARGE, bytes + " bytes, at most " + max);
    }
  }

  /**
   * Checks an item's attributes.
   *
   * @throws RejectedRecordException {@code invalid_value}
   */
  public void attributes(CatalogItem item) throws RejectedRecordException {
    int bytes = 0;
    for (Map.Entry<String, String> attribute : item.attributes().entrySet()) {
      bytes += attribute.getKey().getBytes(StandardCharsets.UTF_8).length;
      bytes += attribute.getValue().getBytes(StandardCharsets.UTF_8).length;
    }
    if (bytes > attributesBytes) {
      throw new RejectedRecordException(
          ReasonCode.INVALID_VALUE,
          "attributes have " + bytes + " bytes, at most " + attributesBytes);
    }
  }
}
