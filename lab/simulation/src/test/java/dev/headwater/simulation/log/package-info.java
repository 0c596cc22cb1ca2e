/**
 * Kafka as the protocol sees it: topics as logs with offsets, transactions that readers of
 * committed records wait for, compaction and retention that take records away. No threads, no clock
 * of its own.
 */
@NullMarked
package dev.headwater.simulation.log;

import org.jspecify.annotations.NullMarked;
