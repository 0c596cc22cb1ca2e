/**
 * Versioned embedding tables: the contract {@code EmbeddingStore}, the values it speaks in, and the
 * in-memory implementation. The engine and the RocksDB implementation come in; this room knows no
 * topic, no announcement and no HTTP.
 *
 * <p>A table belongs to one (domain, model). Rows are written under the table's open version;
 * sealing closes that version and opens the next. Version numbers are minted from one counter for
 * all tables, so that a number names one table version.
 */
@NullMarked
package dev.headwater.store.table;

import org.jspecify.annotations.NullMarked;
