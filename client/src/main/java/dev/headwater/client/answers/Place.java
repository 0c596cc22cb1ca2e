package dev.headwater.client.answers;

/**
 * Where a published record stands in the log.
 *
 * @param topic its topic
 * @param partition of the topic
 * @param offset of the record
 */
public record Place(String topic, int partition, long offset) {}
