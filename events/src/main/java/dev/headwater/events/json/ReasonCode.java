package dev.headwater.events.json;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why a record went to the dead-letter topic, or was dropped. The code stands in the dead letter's
 * header, in metrics and in the item status; codes are never renamed.
 */
public enum ReasonCode {
  /** The value is not JSON, or not a JSON object. */
  NOT_JSON,
  /** A field has another JSON type than the schema says. */
  WRONG_TYPE,
  /** A required field is absent. */
  MISSING_FIELD,
  /** A field has a value that the schema does not allow. */
  INVALID_VALUE,
  /** An identifier is empty. */
  EMPTY_ID,
  /** An identifier is longer than {@link Identifiers#MAX_BYTES} bytes. */
  ID_TOO_LONG,
  /** An identifier is one of Headwater's own ({@link Identifiers#isReserved}). */
  RESERVED_ID,
  /** The domain is not one of the configured ones. */
  UNKNOWN_DOMAIN,
  /** The item's title is missing or blank, so there is no text to embed. */
  ITEM_WITHOUT_TITLE,
  /** Event time lies further ahead of the clock than allowed. */
  TIMESTAMP_IN_FUTURE,
  /** Event time is negative. */
  TIMESTAMP_NEGATIVE,
  /** The record is larger than ingest accepts. */
  RECORD_TOO_LARGE,
  /** The record stood in a batch that decompresses to more than ingest takes. */
  BATCH_TOO_LARGE,
  /** The value is not in the format that is declared of its topic. */
  WRONG_FORMAT,
  /** The value names a schema that the registry does not have, or that cannot be read. */
  UNKNOWN_SCHEMA,
  /** The key is absent or disagrees with the value. */
  KEY_MISMATCH,
  /** The item's text gives no usable vector; a fallback embedding stands in. */
  NO_USABLE_TEXT,
  /** A record inside Headwater could not be decoded. */
  UNDECODABLE,
  /** A fault of Headwater's own while it handled the record; the stream goes on without it. */
  PROCESSING_FAILED;

  /** Returns the code as it is written in headers and metrics, for example {@code not_json}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the reason with this code, or null for an unknown one. */
  public static @Nullable ReasonCode of(String code) {
    for (ReasonCode reason : values()) {
      if (reason.code().equals(code)) {
        return reason;
      }
    }
    return null;
  }
}
