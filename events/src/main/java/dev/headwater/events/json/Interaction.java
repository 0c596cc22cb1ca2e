package dev.headwater.events.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * One thing a user did with one item, as published on topic {@code interactions} (JSON Schema
 * {@code interaction.schema.json}).
 *
 * @param eventId names the event; a repeat within the dedupe window is dropped
 * @param domain the domain
 * @param user user id, at most {@link Identifiers#MAX_BYTES} bytes
 * @param item item id, at most {@link Identifiers#MAX_BYTES} bytes
 * @param type what the user did
 * @param value the rating, where type is RATING
 * @param timestampMs event time, Unix milliseconds
 * @param recommendationId the answer that led to the event
 * @param position 0-based place in that answer, -1 when unknown
 */
public record Interaction(
    String eventId,
    String domain,
    String user,
    String item,
    InteractionType type,
    @Nullable Double value,
    long timestampMs,
    @Nullable String recommendationId,
    int position) {
  /** The last place of an answer that an event may name. */
  public static final int MAX_POSITION = 100_000;

  /** Returns a click without recommendation. */
  public static Interaction click(
      String eventId, String domain, String user, String item, long timestampMs) {
    return new Interaction(
        eventId, domain, user, item, InteractionType.CLICK, null, timestampMs, null, -1);
  }

  /** Returns the record key, {@code domain/user}. */
  public String key() {
    return domain + "/" + user;
  }

  /**
   * Checks what ingest will check, the clock aside.
   *
   * @return this
   * @throws RejectedRecordException with the code that a dead letter would carry
   */
  public Interaction checked() throws RejectedRecordException {
    Identifiers.checked("event_id", eventId);
    Identifiers.domain(domain);
    Identifiers.publishable("user", user);
    Identifiers.publishable("item", item);
    if (recommendationId != null && !recommendationId.isEmpty()) {
      Identifiers.checked("recommendation_id", recommendationId);
    }
    if (value != null && !Double.isFinite(value)) {
      throw new RejectedRecordException(ReasonCode.INVALID_VALUE, "value is not a finite number");
    }
    if (position > MAX_POSITION) {
      throw new RejectedRecordException(
          ReasonCode.INVALID_VALUE, "position is more than " + MAX_POSITION);
    }
    if (timestampMs < 0) {
      throw new RejectedRecordException(ReasonCode.TIMESTAMP_NEGATIVE, "timestamp is negative");
    }
    return this;
  }

  /** Returns the record value. */
  public byte[] toJson() {
    ObjectNode node = Fields.none();
    node.put("event_id", eventId);
    node.put("domain", domain);
    node.put("user", user);
    node.put("item", item);
    node.put("type", type.code());
    if (value != null) {
      node.put("value", value);
    }
    node.put("timestamp", timestampMs);
    if (recommendationId != null) {
      node.put("recommendation_id", recommendationId);
    }
    if (position >= 0) {
      node.put("position", position);
    }
    return Fields.bytes(node);
  }
}
