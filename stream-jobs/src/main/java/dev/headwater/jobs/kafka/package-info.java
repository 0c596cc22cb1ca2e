/**
 * The edge to Kafka: records as bytes in, records as bytes out, and the Flink source and sink that
 * carry them. Only job classes come in; nothing here knows what the bytes mean.
 */
@NullMarked
package dev.headwater.jobs.kafka;

import org.jspecify.annotations.NullMarked;
