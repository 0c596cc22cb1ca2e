package dev.headwater.mapping;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record of a platform's own topic, or a line of a file that stands for one.
 *
 * @param topic where it stood
 * @param partition its partition
 * @param offset its offset
 * @param timestampMs the time that Kafka has of it
 * @param key as received
 * @param value as received
 * @param headers the last of each name
 */
@SuppressWarnings("ArrayRecordComponent") // raw bytes on their way, never compared
public record ForeignRecord(
    String topic,
    int partition,
    long offset,
    long timestampMs,
    byte @Nullable [] key,
    byte @Nullable [] value,
    Map<String, byte[]> headers) {}
