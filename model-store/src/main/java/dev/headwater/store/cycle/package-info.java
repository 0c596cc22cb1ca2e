/**
 * The life of a table version: merge rows, mint, write, read back, validate, announce last; roll
 * back, pin and unpin. Pure: topics are behind {@code AnnouncementLog}, time behind a clock, so
 * that a simulation can drive it. The service and the simulation come in; this room knows neither
 * RocksDB nor HTTP.
 */
@NullMarked
package dev.headwater.store.cycle;

import org.jspecify.annotations.NullMarked;
