package dev.headwater.store.table;

import org.jspecify.annotations.Nullable;

/**
 * A row as it stood in a table version.
 *
 * @param row the row
 * @param lineage stage times and matches as they were written with it, null when there were none
 */
@SuppressWarnings("ArrayRecordComponent") // handed through, never compared
public record PastRow(StoredRow row, byte @Nullable [] lineage) {}
