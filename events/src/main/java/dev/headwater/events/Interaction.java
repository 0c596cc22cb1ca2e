package dev.headwater.events;

import dev.headwater.events.wire.InteractionType;
import org.jspecify.annotations.Nullable;

/**
 * One thing a user did with one item, as published on topic {@code interactions} (JSON Schema
 * {@code interaction.schema.json}).
 *
 * @param eventId names the event; a repeat within the dedupe window is dropped
 * @param domain the domain
 * @param user user id, at most {@link PublicRecords#MAX_ID_BYTES} bytes
 * @param item item id, at most {@link PublicRecords#MAX_ID_BYTES} bytes
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

  /** Returns a click without recommendation. */
  public static Interaction click(
      String eventId, String domain, String user, String item, long timestampMs) {
    return new Interaction(
        eventId, domain, user, item, InteractionType.CLICK, null, timestampMs, null, -1);
  }

  /** Returns the record key, {@code domain/user}. */
  public String key() {
    return Keys.of(domain, user);
  }
}
