/**
 * Learning from a stream: the growing embedding table, the worker that finds what a batch says of
 * rows, the owner that moves them, the tuner that is both, and the ranker that scores before it
 * learns. It knows slots, not item ids, and neither Kafka nor Flink.
 */
@NullMarked
package dev.headwater.idp.online;

import org.jspecify.annotations.NullMarked;
