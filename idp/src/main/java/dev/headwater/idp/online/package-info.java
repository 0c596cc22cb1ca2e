/**
 * Learning from a stream: the growing embedding table, the tuner that updates the rows a batch
 * touches, and the ranker that scores before it learns. It knows slots, not item ids, and neither
 * Kafka nor Flink.
 */
@NullMarked
package dev.headwater.idp.online;

import org.jspecify.annotations.NullMarked;
