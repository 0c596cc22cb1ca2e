package dev.headwater.mapping;

import org.jspecify.annotations.Nullable;

/**
 * A record of the public contract, checked as ingest checks it.
 *
 * @param key {@code domain/user} or {@code domain/item}
 * @param value JSON; null deletes the item
 */
@SuppressWarnings("ArrayRecordComponent") // on its way to a topic, never compared
public record Mapped(String key, byte @Nullable [] value) {}
