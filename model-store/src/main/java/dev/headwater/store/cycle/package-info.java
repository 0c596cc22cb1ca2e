/**
 * The life of a table version: merge rows, mint, write, read back, validate, announce last; roll
 * back, pin and unpin. Pure: topics are behind {@code AnnouncementLog}, time behind a clock, so
 * that a simulation can drive it. The service and the simulation come in; this room knows neither
 * RocksDB nor HTTP.
 *
 * <pre>
 *   StoreEngine ─┬─ Intake ─ MergeBuffer    records in, late and deleted ones out, corrections owed
 *                ├─ VersionCycle            seal, read back, judge, announce
 *                ├─ Withdrawal              pins by itself when learning goes bad, and unpins that
 *                ├─ OperatorCommands        publish a model, roll back, pin, unpin
 *                ├─ Deletions               delete an item, receipt last
 *                ├─ Retention               bounded steps
 *                ├─ Reconciliation          what a predecessor left, against the log
 *                └─ Announcer               sequence numbers; to the log, then to the own book
 * </pre>
 */
@NullMarked
package dev.headwater.store.cycle;

import org.jspecify.annotations.NullMarked;
