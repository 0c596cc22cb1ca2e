package dev.headwater.tracing;

import org.jspecify.annotations.Nullable;

/**
 * Where a record stood that is being processed.
 *
 * @param topic full name
 * @param partition of the topic
 * @param offset of the record
 * @param group the consumer group, null for a reader without one
 */
public record RecordPlace(String topic, int partition, long offset, @Nullable String group) {}
